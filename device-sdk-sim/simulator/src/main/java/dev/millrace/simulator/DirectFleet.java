package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.Epochs;
import dev.millrace.agent.Packer;
import dev.millrace.events.DeviceType;
import dev.millrace.events.PackCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Load for what is behind the topic rule: devices that take readings by the same plan as any fleet, but whose packs go
/// straight into the stream, as the rule writes them. Nothing is kept for the next start, so each start is a new epoch.
final class DirectFleet implements Run {
    private static final Duration TICK = Duration.ofMillis(20);
    /// Some 200 MB.
    static final long READINGS_WAITING_MAX = 1_000_000;

    private final SimulationSettings settings;
    private final long readingsWaitingMax;
    private final PackStream stream;
    private final AgentClock clock;
    private final Fleet.Pause pause;
    private final Progress progress;
    private final PrintStream log;
    private final Fleet.Problems problems = new Fleet.Problems();
    private final DeviceType type;
    private final FleetPlan plan;
    private final List<DirectDevice> devices = new ArrayList<>();
    /// In the order in which their packs were begun.
    private final Deque<Filling> filling = new ArrayDeque<>();
    private final Deque<Injection> injections;
    private final Truth truth;
    private final StreamWriter writer;
    private volatile boolean isStopRequested;
    private long startNanos;
    private long shownMillis = Long.MIN_VALUE;
    private int nextDevice;
    private int nextSlot;
    private long taken;
    private long acknowledged;
    private long packs;
    private long packsResent;
    private long readingsResent;
    private long injected;

    private record Filling(DirectDevice device, long sinceMillis) {
    }

    /// Opens the truth file.
    ///
    /// @param readingsWaitingMax so many that the stream does not have yet; past it no readings are taken, or they would fill
    ///                           the memory
    /// @param calls  runs what waits for the stream
    /// @param epochs a generator that differs at every start, whatever the seed
    DirectFleet(SimulationSettings settings, long readingsWaitingMax, PackStream stream, Executor calls, AgentClock clock, Fleet.Pause pause, RandomGenerator epochs,
            Progress progress, PrintStream log) throws IOException {
        this.settings = settings;
        this.readingsWaitingMax = readingsWaitingMax;
        this.stream = stream;
        this.clock = clock;
        this.pause = pause;
        this.progress = progress;
        this.log = log;
        this.type = settings.profile().type();
        this.plan = new FleetPlan(settings, clock.millis());
        this.injections = new ArrayDeque<>(plan.injections());
        this.writer = new StreamWriter(stream, calls, clock, epochs, problems);
        PackCodec codec = settings.format().codec();
        int packBytesMax = settings.agent().packBytesMax();
        for (int index = 0; index < settings.devices(); index++) {
            String thing = settings.profile().thing(index + 1);
            SplittableRandom random = settings.randomOf(index);
            devices.add(new DirectDevice(thing, Epochs.next(clock, epochs, Set.of()), new Sensors(index, settings.profile(), plan, random.split()),
                    new Packer(thing, type.name(), codec, packBytesMax), settings.resend(), random));
        }
        this.truth = Truth.open(settings.truthFile());
    }

    @Override
    public void requestStop() {
        isStopRequested = true;
    }

    @Override
    public Outcome run() throws IOException {
        progress.ready(devices.size());
        startNanos = clock.nanoTime();
        boolean isOver;
        do {
            long now = runningMillis();
            isOver = isStopRequested || now >= settings.runMillis() || writer.unusable().isPresent();
            if (!isStopRequested) {
                takeDue(now);
            }
            packDue(now - settings.linger().toMillis());
            injectDue(now);
            send();
        } while (!isOver);
        drain();
        progress.show(status());
        var totals = new Totals(taken, packs, packsResent, readingsResent, 0, writer.retried(), injected, taken - acknowledged);
        truth.summary(totals);
        truth.flush();
        return outcome(totals);
    }

    /// Slot by slot, and in each device by device: that is the order of the times in the plan.
    private void takeDue(long runningMillis) throws IOException {
        while (nextSlot < plan.slots(nextDevice) && plan.takeMillis(nextDevice, nextSlot) <= runningMillis) {
            if (taken - acknowledged >= readingsWaitingMax) {
                problems.add("the stream takes less than the fleet gives: %,d readings wait, no more are taken until it has some".formatted(
                        readingsWaitingMax));
                packDue(runningMillis);
                return;
            }
            DirectDevice device = devices.get(nextDevice);
            truth.reading(device.take(nextSlot, clock.instant(), runningMillis), type);
            taken++;
            if (device.openReadings() == 1) {
                filling.addLast(new Filling(device, runningMillis));
            } else if (device.isFull()) {
                device.pack(false).forEach(writer::add);
            }
            nextDevice = (nextDevice + 1) % devices.size();
            nextSlot += nextDevice == 0 ? 1 : 0;
        }
    }

    /// Packs what has waited for others since a moment or longer.
    private void packDue(long sinceMillis) {
        while (!filling.isEmpty() && filling.getFirst().sinceMillis() <= sinceMillis) {
            Filling oldest = filling.removeFirst();
            // unless that pack was full before
            if (oldest.device().openedMillis() == oldest.sinceMillis()) {
                oldest.device().pack(true).forEach(writer::add);
            }
        }
    }

    private void injectDue(long runningMillis) {
        while (!injections.isEmpty() && injections.getFirst().dueMillis() <= runningMillis) {
            Injection injection = injections.removeFirst();
            writer.add(new Outgoing(settings.profile().thing(injection.device() + 1), injection.payload(), new Outgoing.Cargo.Injected(injection.reason())));
        }
    }

    /// The truth first, so that no reading is sent that is not in it.
    private void send() throws IOException {
        truth.flush();
        for (Outgoing record : writer.poll()) {
            switch (record.cargo()) {
                case Outgoing.Cargo.Readings(int count, boolean isTwice) -> {
                    packs++;
                    acknowledged += count;
                    if (isTwice) {
                        writer.add(new Outgoing(record.thing(), record.payload(), new Outgoing.Cargo.Repeated(count)));
                    }
                }
                case Outgoing.Cargo.Repeated(int count) -> {
                    packsResent++;
                    readingsResent += count;
                }
                case Outgoing.Cargo.Injected(Injection.Reason reason) -> {
                    injected++;
                    truth.injected(record.thing(), reason, record.payload());
                }
            }
        }
        long now = runningMillis();
        if (now - shownMillis >= progress.periodMillis() || shownMillis == Long.MIN_VALUE) {
            shownMillis = now;
            progress.show(status());
        }
        problems.log(log, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime()));
        pause.pause(TICK);
    }

    private void drain() throws IOException {
        packDue(Long.MAX_VALUE);
        long endNanos = clock.nanoTime() + settings.drain().toNanos();
        do {
            send();
        } while (writer.unacknowledged() > 0 && writer.unusable().isEmpty() && clock.nanoTime() - endNanos < 0);
    }

    private long runningMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNanos);
    }

    private Progress.Status status() {
        return new Progress.Status(runningMillis(), taken, writer.put(), acknowledged, writer.recordsUnderWay(), taken - acknowledged, devices.size(),
                devices.size(), problems.count());
    }

    private Outcome outcome(Totals totals) {
        if (writer.unacknowledged() == 0) {
            double seconds = Math.max(1, runningMillis()) / 1_000.0;
            return new Outcome(true, "the stream has all %,d readings in %,d packs after %.1f s, %,.0f readings and %,.0f packs a second".formatted(
                    taken, packs, seconds, taken / seconds, packs / seconds), totals);
        }
        return new Outcome(false, writer.unusable().orElseGet(() -> "%,d readings, %,d records in all, are not in the stream, %d s after the last was taken, last problem: %s"
                .formatted(totals.unacknowledged(), writer.unacknowledged(), settings.drain().toSeconds(), problems.latest())), totals);
    }

    @Override
    public void close() throws IOException {
        try (stream; truth) {
            devices.clear();
        }
    }
}
