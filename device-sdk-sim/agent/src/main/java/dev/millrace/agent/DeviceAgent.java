package dev.millrace.agent;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Takes the readings of one device and brings each of them to the cloud at least once, under one identity for
/// ever, across failures of the network, of the process and (see [SyncPolicy]) of the power.
///
/// It starts no thread: whoever owns it calls [#poll] a few times a second, so that one thread serves a fleet. All
/// methods may be called from any thread; they wait for the disk, never for the network, except [#close(Duration)].
/// A failure of the disk comes out as [java.io.UncheckedIOException]; the agent then works no more until it is
/// opened anew.
public final class DeviceAgent implements AutoCloseable {
    private static final Duration POLL_PAUSE = Duration.ofMillis(20);

    private final String thing;
    private final Journal journal;
    private final Packer packer;
    private final PackCodec codec;
    private final String type;
    private final Uplink uplink;
    private final AgentSettings settings;
    private final AgentClock clock;
    private final RandomGenerator random;
    /// Oldest first, none of them in a shipment.
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Shipment> shipments = new ArrayList<>();
    /// The only thing that the uplink's threads touch.
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Counts counts = new Counts();
    private int inShipments;
    private int waitingWhenMeasured;
    private boolean isFlushing;
    private String lastFailure;

    private record Waiting(Reading reading, long sinceNanos) {
    }

    private sealed interface Answer {
        record Acknowledged(Shipment shipment) implements Answer {
        }

        record Failed(Shipment shipment, int attempt, String reason) implements Answer {
        }

        /// No answer to a publish: the uplink says that it works again.
        record Restored() implements Answer {
        }
    }

    private static final class Counts {
        long taken;
        long recovered;
        long acknowledged;
        long packsPublished;
        long packsAcknowledged;
        long packsRetried;
        long failures;
    }

    private DeviceAgent(Journal journal, String thing, String type, Uplink uplink, PackCodec codec, AgentSettings settings, AgentClock clock,
            RandomGenerator random) {
        this.journal = journal;
        this.thing = thing;
        this.type = type;
        this.packer = new Packer(thing, type, codec, settings.packBytesMax());
        this.codec = codec;
        this.uplink = uplink;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        for (Reading reading : journal.recovered()) {
            waiting.add(new Waiting(reading, clock.nanoTime()));
            counts.recovered++;
        }
    }

    /// Opens the device's journal, a new one if the folder is empty or missing, and recovers what was not acknowledged.
    ///
    /// @param type   name of the thing's device type
    /// @param folder of this device alone
    /// @param random for epochs and waits; epochs need one that differs at every start, such as [java.security.SecureRandom]
    /// @throws IOException if another agent holds the journal, if it is another thing's, or if the disk fails
    public static DeviceAgent open(String thing, String type, Path folder, Uplink uplink, PackCodec codec, AgentSettings settings,
            AgentClock clock, RandomGenerator random) throws IOException {
        Names.requireType(type);
        requireNonNull(uplink, "uplink is null");
        requireNonNull(codec, "codec is null");
        Journal journal = Journal.open(folder, thing, settings, clock, random);
        return new DeviceAgent(journal, thing, type, uplink, codec, settings, clock, random);
    }

    /// What was found in the journal at the start.
    public synchronized Recovery recovery() {
        return journal.recovery();
    }

    /// The readings that were in the journal at the start and not acknowledged, oldest first.
    public synchronized List<Reading> recovered() {
        return journal.recovered();
    }

    /// Takes a reading now.
    ///
    /// @param measures finite values by measure name, at least one
    /// @return the reading, written down, with its identity and instant
    /// @throws BacklogFull              if too many readings wait already; this one was not taken
    /// @throws IllegalArgumentException if a name or value is not valid, or if the reading alone is over what a message can carry
    public synchronized Reading take(Map<String, Double> measures) {
        if (backlog() >= settings.backlogReadingsMax()) {
            throw new BacklogFull(thing, settings.backlogReadingsMax());
        }
        long takenAtMillis = Math.max(0, clock.millis());
        requireSendable(takenAtMillis, measures);
        Reading reading = journal.append(takenAtMillis, measures);
        waiting.add(new Waiting(reading, clock.nanoTime()));
        counts.taken++;
        return reading;
    }

    /// A reading that no message can carry would block its journal for ever. Refused with the longest identity, before
    /// the journal gives one, so that no seq is spent on it.
    private void requireSendable(long takenAtMillis, Map<String, Double> measures) {
        var longest = new ReadingId(thing, ReadingId.EPOCH_MAX, ReadingId.SEQ_MAX);
        var reading = new Reading(longest, takenAtMillis, new TreeMap<>(measures));
        int bytes = codec.encode(new Pack(thing, type, longest.epoch(), List.of(reading))).length;
        if (bytes > Pack.BYTES_MAX) {
            throw new IllegalArgumentException("reading of %s takes %d bytes, more than %d".formatted(thing, bytes, Pack.BYTES_MAX));
        }
    }

    /// Goes on with all that is due: answers, resendings, new packs, the disk. Never waits for the network.
    public synchronized void poll() {
        Answer answer;
        while ((answer = answers.poll()) != null) {
            settle(answer);
        }
        for (Shipment shipment : List.copyOf(shipments)) {
            if (shipment.isOut && isDue(shipment)) {
                fail(shipment, "no answer within " + settings.answerTimeout());
            }
            if (!shipment.isOut && isDue(shipment)) {
                counts.packsRetried++;
                send(shipment);
            }
        }
        while (shipments.size() < settings.inFlightPacksMax() && sendNext()) {
            waitingWhenMeasured = 0;
        }
        journal.syncIfDue();
    }

    /// Sends what waits without waiting for fuller packs, from the next [#poll] until nothing waits.
    public synchronized void flush() {
        isFlushing = true;
    }

    /// Says that the uplink works again: what waits to be sent again goes at the next [#poll]. Only notes it, so that an
    /// uplink's thread may call it.
    public void uplinkRestored() {
        answers.add(new Answer.Restored());
    }

    public synchronized AgentStatus status() {
        return new AgentStatus(counts.taken, counts.recovered, counts.acknowledged, counts.packsPublished, counts.packsAcknowledged,
                counts.packsRetried, counts.failures, shipments.size(), backlog());
    }

    /// Why a publish failed last, for a person.
    public synchronized Optional<String> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /// Flushes and waits until the cloud has everything, at most for the timeout; then closes the journal. What is not
    /// acknowledged by then is sent at the next start.
    ///
    /// @return whether the cloud has every reading
    public boolean close(Duration timeout) throws InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        flush();
        poll();
        while (status().backlog() > 0 && System.nanoTime() - endNanos < 0) {
            Answer answer = answers.poll(POLL_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            synchronized (this) {
                if (answer != null) {
                    settle(answer);
                }
                poll();
            }
        }
        close();
        return status().backlog() == 0;
    }

    /// Closes the journal at once. What is not acknowledged is sent at the next start.
    @Override
    public synchronized void close() {
        journal.close();
    }

    private int backlog() {
        return waiting.size() + inShipments;
    }

    private boolean isDue(Shipment shipment) {
        return clock.nanoTime() - shipment.dueNanos >= 0;
    }

    private void settle(Answer answer) {
        switch (answer) {
            case Answer.Acknowledged(Shipment shipment) -> acknowledge(shipment);
            case Answer.Failed(Shipment shipment, int attempt, String reason) -> {
                // A late failure of an attempt that was given up already says nothing about the present one.
                if (shipment.isOut && shipment.attempts == attempt) {
                    fail(shipment, reason);
                }
            }
            case Answer.Restored _ -> {
                for (Shipment shipment : shipments) {
                    if (!shipment.isOut) {
                        shipment.dueNanos = clock.nanoTime();
                    }
                }
            }
        }
    }

    /// Any attempt that arrived is as good as the last one. A second answer finds the shipment gone.
    private void acknowledge(Shipment shipment) {
        if (!shipments.contains(shipment)) {
            return;
        }
        List<Reading> readings = shipment.pack.readings();
        journal.acknowledge(readings);
        shipments.remove(shipment);
        inShipments -= readings.size();
        counts.acknowledged += readings.size();
        counts.packsAcknowledged++;
    }

    /// Full jitter: anything from nothing to a ceiling that doubles, so that a fleet which failed together does not
    /// come back together.
    private void fail(Shipment shipment, String reason) {
        counts.failures++;
        lastFailure = reason;
        shipment.isOut = false;
        int doublings = Math.min(shipment.attempts - 1, 30);
        double ceilingNanos = Math.min(Math.scalb((double) settings.backoffMin().toNanos(), doublings), (double) settings.backoffMax().toNanos());
        shipment.dueNanos = clock.nanoTime() + random.nextLong((long) ceilingNanos + 1);
    }

    /// @return whether a pack was due and was sent
    private boolean sendNext() {
        if (waiting.isEmpty()) {
            isFlushing = false;
            return false;
        }
        boolean hasWaited = isFlushing || clock.nanoTime() - waiting.getFirst().sinceNanos() >= settings.linger().toNanos();
        if (!hasWaited && waiting.size() == waitingWhenMeasured) {
            return false;
        }
        List<Reading> candidates = waiting.stream().limit(Pack.READINGS_MAX + 1L).map(Waiting::reading).toList();
        Packer.Packed packed = packer.pack(candidates);
        if (!hasWaited && !packed.isFull()) {
            waitingWhenMeasured = waiting.size();
            return false;
        }
        for (int i = 0; i < packed.pack().readings().size(); i++) {
            waiting.removeFirst();
        }
        var shipment = new Shipment(packed.pack(), packed.payload());
        shipments.add(shipment);
        inShipments += packed.pack().readings().size();
        send(shipment);
        return true;
    }

    private void send(Shipment shipment) {
        int attempt = ++shipment.attempts;
        shipment.isOut = true;
        shipment.dueNanos = clock.nanoTime() + settings.answerTimeout().toNanos();
        counts.packsPublished++;
        CompletableFuture<Void> answer;
        try {
            answer = uplink.publish(shipment.payload);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        // nobody waits for it: the answer goes into the queue
        CompletableFuture<Void> _ = answer.whenComplete((_, failure) -> answers.add(failure == null
                ? new Answer.Acknowledged(shipment)
                : new Answer.Failed(shipment, attempt, String.valueOf(failure.getMessage()))));
    }
}
