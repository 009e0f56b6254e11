package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.Recovery;
import dev.millrace.events.Reading;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Runs many devices on the caller's thread and a few others: connects them, lets them take readings for the time of the run, and
/// waits until the cloud has everything.
final class Fleet implements Run {
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int WORKERS = 8;
    private static final int CONNECTING_MAX = 50;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CONNECT_TIMEOUT_EACH = Duration.ofMillis(100);

    private final SimulationSettings settings;
    private final AgentClock clock;
    private final Pause pause;
    private final Progress progress;
    private final PrintStream log;
    private final Problems problems = new Problems();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, Thread.ofPlatform().daemon().name("devices-", 0).factory());
    private final Truth truth;
    private final FleetPlan plan;
    private final Injector injector;
    private volatile boolean isStopRequested;
    private long startNanos;
    private long shownMillis = Long.MIN_VALUE;

    /// Lets time pass.
    @FunctionalInterface
    interface Pause {
        void pause(Duration duration);
    }

    /// What went wrong so far; filled from any thread.
    static final class Problems {
        private static final long LOG_MILLIS_MIN = 1_000;

        private final AtomicLong count = new AtomicLong();
        private final AtomicReference<String> latest = new AtomicReference<>("none");
        private long countWhenLogged;
        private long loggedMillis = Long.MIN_VALUE;

        void add(String problem) {
            latest.set(problem);
            count.incrementAndGet();
        }

        String latest() {
            return latest.get();
        }

        /// Writes the latest problem, if one came since the last time. At most one a second, or a fleet that loses its cloud
        /// fills the disk. For the fleet's thread only.
        ///
        /// @param nowMillis that only ever grow
        void log(PrintStream log, long nowMillis) {
            long countNow = count.get();
            if (countNow > countWhenLogged && (loggedMillis == Long.MIN_VALUE || nowMillis - loggedMillis >= LOG_MILLIS_MIN)) {
                countWhenLogged = countNow;
                loggedMillis = nowMillis;
                log.println(latest.get());
            }
        }

        long count() {
            return count.get();
        }
    }

    /// Opens all journals and the truth file.
    ///
    /// @param epochs a generator that differs at every start, whatever the seed
    Fleet(SimulationSettings settings, Link.Maker links, AgentClock clock, Pause pause, RandomGenerator epochs, Progress progress,
            PrintStream log) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.pause = pause;
        this.progress = progress;
        this.log = log;
        this.plan = new FleetPlan(settings, clock.millis());
        try {
            for (int index = 0; index < settings.devices(); index++) {
                devices.add(new SimulatedDevice(index, settings, plan, links, problems, clock, epochs));
                devices.getLast().recovery().ifPresent(this::report);
            }
            this.truth = Truth.open(settings.truthFile());
        } catch (IOException | RuntimeException e) {
            devices.forEach(SimulatedDevice::close);
            throw e;
        }
        this.injector = new Injector(plan.injections(), devices, settings.things(), problems);
    }

    private void report(Recovery recovery) {
        if (!recovery.isWhole()) {
            log.println("journal is damaged: %s, lost %s, perhaps more from %s on".formatted(
                    recovery.damages(), recovery.lost(), recovery.unsureFrom()));
        }
    }

    @Override
    public void requestStop() {
        isStopRequested = true;
    }

    @Override
    public Outcome run() throws IOException {
        truth.complete(reader -> devices.forEach(device -> device.forEachRecovered(reader)), settings.profile().type());
        String problem = connect();
        if (problem == null) {
            progress.ready(devices.size());
            startNanos = clock.nanoTime();
            while (!isStopRequested && runningMillis() < settings.runMillis()) {
                tick(true);
            }
            drain();
        }
        Account all = account();
        Totals totals = totals(all, injector.published());
        truth.summary(totals);
        truth.flush();
        return outcome(problem, all, totals);
    }

    /// @return why not all devices could connect, or null
    private String connect() {
        int started = 0;
        long endNanos = clock.nanoTime() + CONNECT_TIMEOUT.plus(CONNECT_TIMEOUT_EACH.multipliedBy(devices.size())).toNanos();
        while (connected() < devices.size()) {
            if (isStopRequested) {
                return "stopped before all devices were connected";
            }
            if (clock.nanoTime() - endNanos >= 0) {
                return "%d of %d devices could not connect, last problem: %s".formatted(
                        devices.size() - connected(), devices.size(), problems.latest());
            }
            while (started < devices.size() && started - connected() < CONNECTING_MAX) {
                devices.get(started++).link().start();
            }
            logProblems();
            pause.pause(TICK);
        }
        return null;
    }

    private void tick(boolean isTaking) throws IOException {
        // All that befalls the devices ends with the run, though it be ended early.
        long plannedMillis = isTaking ? runningMillis() : settings.runMillis();
        for (SimulatedDevice device : devices) {
            device.suffer(plannedMillis, truth);
        }
        if (isTaking) {
            long now = runningMillis();
            for (Reading reading : onEach(device -> device.takeDue(now).stream())) {
                truth.reading(reading, settings.profile().type());
            }
        }
        injector.poll(runningMillis(), truth);
        // Before any agent may send: see Truth.
        truth.flush();
        onEach(device -> {
            device.poll();
            return Stream.empty();
        });
        if (runningMillis() - shownMillis >= progress.periodMillis() || shownMillis == Long.MIN_VALUE) {
            shownMillis = runningMillis();
            progress.show(status());
        }
        logProblems();
        pause.pause(TICK);
    }

    /// On several threads, because agents wait for the disk, and file systems force many files in little more time than one.
    private <T> List<T> onEach(Function<SimulatedDevice, Stream<T>> work) throws IOException {
        List<Callable<List<T>>> shares = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            List<SimulatedDevice> share = devices.subList(devices.size() * worker / WORKERS, devices.size() * (worker + 1) / WORKERS);
            shares.add(() -> share.stream().flatMap(work).toList());
        }
        try {
            List<T> results = new ArrayList<>();
            for (Future<List<T>> done : workers.invokeAll(shares)) {
                results.addAll(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException("a device failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            requestStop();
            return List.of();
        }
    }

    private void drain() throws IOException {
        injector.stop(runningMillis());
        long endNanos = clock.nanoTime() + settings.drain().toNanos();
        do {
            devices.forEach(SimulatedDevice::flush);
            tick(false);
        } while (!isDrained() && clock.nanoTime() - endNanos < 0);
        injector.poll(runningMillis(), truth);
        progress.show(status());
    }

    private boolean isDrained() {
        return injector.unacknowledged() == 0 && devices.stream().allMatch(SimulatedDevice::isDrained);
    }

    private long runningMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNanos);
    }

    private int connected() {
        return (int) devices.stream().filter(device -> device.link().isConnected()).count();
    }

    private void logProblems() {
        problems.log(log, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime()));
    }

    private Account account() {
        return devices.stream().map(SimulatedDevice::account).reduce(Account.ZERO, Account::plus);
    }

    private Progress.Status status() {
        Account all = account();
        return new Progress.Status(runningMillis(), all.taken(), all.packsPublished(), all.acknowledged(), all.inFlight(), all.backlog(), connected(),
                devices.size(), all.failures() + problems.count());
    }

    private static Totals totals(Account all, long injected) {
        return new Totals(all.taken(), all.packsAcknowledged(), all.packsResent(), all.readingsResent(), all.packsDelayed(), all.packsRetried(), injected,
                all.backlog() + all.lost());
    }

    private Outcome outcome(String problem, Account all, Totals totals) {
        if (problem != null) {
            return new Outcome(false, problem, totals);
        }
        int injections = injector.unacknowledged();
        if (totals.unacknowledged() == 0 && injections == 0) {
            String lost = all.lostWithDisk() == 0 ? "" : " or went with a disk: %,d".formatted(all.lostWithDisk());
            return new Outcome(true, "all %,d readings taken were acknowledged%s".formatted(totals.taken(), lost), totals);
        }
        String lastFailure = devices.stream().flatMap(device -> device.lastFailure().stream()).findFirst().orElse("no failure seen");
        if (all.lost() > 0) {
            return new Outcome(false, "%d readings were not acknowledged, %d of them were given up by the agents".formatted(
                    totals.unacknowledged(), all.lost()), totals);
        }
        return new Outcome(false, "%d readings and %d injected messages were not acknowledged within %d s, last failure: %s".formatted(
                totals.unacknowledged(), injections, settings.drain().toSeconds(), lastFailure), totals);
    }

    @Override
    public void close() throws IOException {
        try (truth; workers) {
            devices.forEach(device -> device.link().stop());
            devices.forEach(SimulatedDevice::close);
        }
    }
}
