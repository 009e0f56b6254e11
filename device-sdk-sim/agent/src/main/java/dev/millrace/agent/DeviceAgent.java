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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Takes the readings of one device and brings each of them to the cloud at least once, under one identity for
/// ever, across failures of the network, of the process and (see [SyncPolicy]) of the power.
///
/// There are two lanes. Readings just taken go first. What could not be sent while they were live, or is from before
/// the start, is the backlog: it drains beside them, oldest first, at a bounded rate. The backlog is on disk,
/// only the readings of the next pack or two are in memory.
///
/// It starts no thread: whoever owns it calls [#poll] a few times a second, so that one thread serves a fleet. All
/// methods may be called from any thread; they wait for the disk, never for the network, except [#close(Duration)].
/// A failure of the disk comes out as [java.io.UncheckedIOException]; the agent then works no more until it is
/// opened anew.
public final class DeviceAgent implements AutoCloseable {
    /// In one request, and far under what a journal keeps.
    public static final long RESEND_READINGS_MAX = 1_000_000;
    private static final int RESEND_RANGES_MAX = 1_000;
    private static final Notices TO_NOBODY = _ -> new CompletableFuture<>();
    private static final Duration POLL_PAUSE = Duration.ofMillis(20);

    private final String thing;
    private final Journal journal;
    private final LiveLane live;
    private final BacklogLane backlog;
    private final ResendLane resends;
    private final PackCodec codec;
    private final String type;
    private final Uplink uplink;
    private final Notices notices;
    private final List<Packer> packers;
    private AgentSettings settings;
    private final AgentClock clock;
    private final Backoff backoff;
    private final Circuit circuit;
    private final Pace pace;
    private TokenBucket backlogPace;
    private final List<Shipment> shipments = new ArrayList<>();
    /// The only thing that other threads touch.
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Counts counts = new Counts();
    /// Of the readings in shipments those that the journal counts as pending.
    private long pendingInShipments;
    private boolean isFlushing;
    private boolean isNoticeOut;
    private int noticeFailures;
    private long noticeDueNanos;
    private String lastFailure;

    private sealed interface Answer {
        record Acknowledged(Shipment shipment) implements Answer {
        }

        record Failed(Shipment shipment, int attempt, String reason) implements Answer {
        }

        /// No answer to a publish: the uplink says that it works again.
        record Restored() implements Answer {
        }

        /// The cloud asks.
        record ResendAsked(long epoch, SeqRange seqs) implements Answer {
        }

        /// The owner asks.
        record Reconfigured(int packBytesMax, Duration linger, int backlogPacksPerSecond) implements Answer {
        }

        record Noticed(LostReadings lost) implements Answer {
        }

        record NoticeFailed(String reason) implements Answer {
        }
    }

    private static final class Counts {
        long taken;
        long recovered;
        long acknowledged;
        long refused;
        long resent;
        long resendGone;
        long packsPublished;
        long packsAcknowledged;
        long packsRetried;
        long failures;
    }

    private DeviceAgent(Journal journal, String thing, String type, Uplink uplink, Notices notices, PackCodec codec,
            AgentSettings settings, AgentClock clock, RandomGenerator random) {
        this.journal = journal;
        this.thing = thing;
        this.type = type;
        this.packers = Stream.generate(() -> new Packer(thing, type, codec, settings.packBytesMax())).limit(3).toList();
        this.live = new LiveLane(packers.get(0), settings);
        this.backlog = new BacklogLane(journal, packers.get(1));
        this.resends = new ResendLane(journal, packers.get(2));
        this.codec = codec;
        this.uplink = uplink;
        this.notices = notices;
        this.settings = settings;
        this.clock = clock;
        this.backoff = new Backoff(settings.backoffMin(), settings.backoffMax(), random);
        this.circuit = new Circuit(backoff, clock);
        this.pace = new Pace(clock);
        this.backlogPace = backlogPace(settings);
        this.counts.recovered = journal.pending();
        this.noticeDueNanos = clock.nanoTime();
    }

    private TokenBucket backlogPace(AgentSettings of) {
        return new TokenBucket(of.backlogPacksPerSecond(), 1, clock);
    }

    /// Opens the device's journal, a new one if the folder is empty or missing, and recovers what was not acknowledged.
    /// Nobody is told of lost readings: they stay in [#lost].
    ///
    /// @param type   name of the thing's device type
    /// @param folder of this device alone
    /// @param random for epochs and waits; epochs need one that differs at every start, such as [java.security.SecureRandom]
    /// @throws IOException if another agent holds the journal, if it is another thing's, or if the disk fails
    public static DeviceAgent open(String thing, String type, Path folder, Uplink uplink, PackCodec codec, AgentSettings settings,
            AgentClock clock, RandomGenerator random) throws IOException {
        return open(thing, type, folder, uplink, TO_NOBODY, codec, settings, clock, random);
    }

    /// The same, and tells the cloud by `notices` which readings it will never get.
    ///
    /// @throws IOException if another agent holds the journal, if it is another thing's, or if the disk fails
    public static DeviceAgent open(String thing, String type, Path folder, Uplink uplink, Notices notices, PackCodec codec,
            AgentSettings settings, AgentClock clock, RandomGenerator random) throws IOException {
        Names.requireType(type);
        requireNonNull(uplink, "uplink is null");
        requireNonNull(notices, "notices is null");
        requireNonNull(codec, "codec is null");
        requireNonNull(settings, "settings is null");
        Journal journal = Journal.open(folder, thing, settings.journal(), clock, random);
        return new DeviceAgent(journal, thing, type, uplink, notices, codec, settings, clock, random);
    }

    /// What was found in the journal at the start.
    public synchronized Recovery recovery() {
        return journal.recovery();
    }

    /// Hands over the readings from before the start that are not acknowledged yet, oldest first, from disk.
    public synchronized void forEachRecovered(Consumer<Reading> reader) {
        journal.forEachRecovered(reader);
    }

    /// By epoch the seqs of readings that were lost and of which the cloud does not know yet, from before the start too.
    public synchronized SortedMap<Long, List<SeqRange>> lost() {
        return journal.unreported();
    }

    /// Takes a reading now.
    ///
    /// @param measures finite values by measure name, at least one
    /// @return the reading, written down, with its identity and instant
    /// @throws BacklogFull              if the journal is full and is to reject what is new; this one was not taken
    /// @throws IllegalArgumentException if a name or value is not valid, or if the reading alone is over what a message can carry
    public synchronized Reading take(Map<String, Double> measures) {
        long takenAtMillis = Math.max(0, clock.millis());
        requireSendable(takenAtMillis, measures);
        long givenUp = journal.givenUp();
        Reading reading;
        try {
            reading = journal.append(takenAtMillis, measures);
        } catch (BacklogFull e) {
            counts.refused++;
            throw e;
        }
        live.add(reading, clock.nanoTime());
        counts.taken++;
        forgetGivenUp(givenUp);
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

    private void forgetGivenUp(long givenUpBefore) {
        if (journal.givenUp() != givenUpBefore) {
            live.dropGivenUp(journal::isPending);
            backlog.dropGivenUp();
            pendingInShipments = shipments.stream().mapToLong(this::pendingOf).sum();
        }
    }

    private long pendingOf(Shipment shipment) {
        return shipment.lane == Shipment.Lane.RESEND ? 0 : SeqRange.sizeOf(journal.pendingOf(shipment.epoch, shipment.seqs));
    }

    /// Goes on with all that is due: answers, resendings, new packs, the disk. Never waits for the network.
    public synchronized void poll() {
        Answer answer;
        while ((answer = answers.poll()) != null) {
            settle(answer);
        }
        long givenUp = journal.givenUp();
        journal.tend();
        forgetGivenUp(givenUp);
        live.dropStale(clock.nanoTime());
        sendAgain();
        sendLive();
        sendBacklog();
        report();
        if (live.isEmpty() && waitingOnDisk() <= 0 && resends.isIdle()) {
            isFlushing = false;
        }
    }

    private void sendAgain() {
        for (Shipment shipment : List.copyOf(shipments)) {
            if (shipment.isOut && isDue(shipment)) {
                fail(shipment, "no answer within " + settings.answerTimeout());
            }
            if (!shipment.isOut && isDue(shipment) && maySend()) {
                counts.packsRetried++;
                send(shipment);
            }
        }
    }

    private boolean maySend() {
        return circuit.isOpen() && pace.isOpen();
    }

    private void sendLive() {
        while (shipments.size() < settings.inFlightPacksMax() && maySend()) {
            Optional<Packer.Packed> packed = live.next(clock.nanoTime(), isFlushing);
            if (packed.isEmpty()) {
                return;
            }
            ship(Shipment.Lane.LIVE, packed.get());
        }
    }

    /// Half of the packs on their way are kept free for live readings. A flush does not mind the rate: it ends a program.
    private void sendBacklog() {
        int max = Math.max(1, settings.inFlightPacksMax() / 2);
        while (shipments.size() < settings.inFlightPacksMax() && backlogShipments() < max && maySend()
                && (isFlushing || backlogPace.isOpen())) {
            long waiting = waitingOnDisk();
            Optional<Packer.Packed> packed = waiting <= 0 ? Optional.empty()
                    : backlog.next(waiting, live.firstSeq(journal.nextSeq()), this::isInShipment);
            Shipment.Lane lane = packed.isPresent() ? Shipment.Lane.BACKLOG : Shipment.Lane.RESEND;
            packed = packed.or(resends::next);
            if (packed.isEmpty()) {
                return;
            }
            backlogPace.take(1);
            ship(lane, packed.get());
        }
    }

    private long backlogShipments() {
        return shipments.stream().filter(shipment -> shipment.lane != Shipment.Lane.LIVE).count();
    }

    private long waitingOnDisk() {
        return journal.pending() - live.size() - pendingInShipments;
    }

    private boolean isInShipment(ReadingId id) {
        return shipments.stream().anyMatch(shipment -> shipment.lane != Shipment.Lane.RESEND && shipment.holds(id));
    }

    /// Sends acknowledged readings once more, as far as the journal keeps them, at the rate of the backlog and after it.
    /// Readings that are not acknowledged are on their way anyway.
    ///
    /// @param seqs at most [#RESEND_READINGS_MAX]
    /// @throws IllegalArgumentException if the range is longer
    /// @throws IllegalStateException    if too much is asked for already
    public synchronized Resend resend(long epoch, SeqRange seqs) {
        if (seqs.size() > RESEND_READINGS_MAX) {
            throw new IllegalArgumentException("resend of %d readings, more than %d: %s".formatted(seqs.size(), RESEND_READINGS_MAX, seqs));
        }
        List<SeqRange> again = journal.settled(epoch, seqs);
        if (resends.rangesAsked() + again.size() > RESEND_RANGES_MAX) {
            throw new IllegalStateException("resends of more than %d ranges wait already".formatted(RESEND_RANGES_MAX));
        }
        resends.ask(epoch, again);
        var held = new SeqSet();
        journal.held(epoch, seqs).forEach(held::add);
        var resend = new Resend(SeqRange.sizeOf(again), held.missing(seqs));
        counts.resent += resend.readings();
        counts.resendGone += SeqRange.sizeOf(resend.gone());
        return resend;
    }

    /// Notes that the cloud asks for readings once more; done at the next [#poll], so that an uplink's thread may call it.
    /// A request that cannot be granted is counted as gone.
    public void askResend(long epoch, SeqRange seqs) {
        answers.add(new Answer.ResendAsked(epoch, seqs));
    }

    /// Changes how packs are filled and how fast a backlog drains, from the next [#poll] on. Packs that are on their way stay as
    /// they are. Only notes it, so that an uplink's thread may call it.
    ///
    /// @throws IllegalArgumentException if a value is out of its range, see [AgentSettings]
    public void reconfigure(int packBytesMax, Duration linger, int backlogPacksPerSecond) {
        AgentSettings _ = with(AgentSettings.defaults(), packBytesMax, linger, backlogPacksPerSecond);
        answers.add(new Answer.Reconfigured(packBytesMax, linger, backlogPacksPerSecond));
    }

    private static AgentSettings with(AgentSettings others, int packBytesMax, Duration linger, int backlogPacksPerSecond) {
        return others.withPackBytesMax(packBytesMax).withLinger(linger).withBacklogPacksPerSecond(backlogPacksPerSecond);
    }

    /// Sends what waits without waiting for fuller packs or minding the backlog's rate, from the next [#poll] until nothing
    /// waits.
    public synchronized void flush() {
        isFlushing = true;
    }

    /// Says that the uplink works again: what waits to be sent again goes at the next [#poll]. Only notes it, so that an
    /// uplink's thread may call it.
    public void uplinkRestored() {
        answers.add(new Answer.Restored());
    }

    public synchronized AgentStatus status() {
        long unreported = journal.unreported().values().stream().mapToLong(SeqRange::sizeOf).sum();
        return new AgentStatus(counts.taken, counts.recovered, counts.acknowledged, journal.givenUp(), unreported, counts.refused,
                counts.resent, counts.resendGone + resends.gone(), counts.packsPublished, counts.packsAcknowledged, counts.packsRetried,
                counts.failures, shipments.size(), journal.pending(), live.size() + backlog.inMemory() + resends.inMemory(), journal.bytes());
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

    /// Ends as the end of the process would, for simulations: nothing is forced to disk, and the journal is not marked as well
    /// ended.
    public synchronized void abandon() {
        journal.abandon();
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
                circuit.works();
                noticeDueNanos = clock.nanoTime();
                for (Shipment shipment : shipments) {
                    if (!shipment.isOut) {
                        shipment.dueNanos = clock.nanoTime();
                    }
                }
            }
            case Answer.ResendAsked(long epoch, SeqRange seqs) -> {
                try {
                    resend(epoch, seqs);
                } catch (IllegalArgumentException | IllegalStateException e) {
                    lastFailure = e.getMessage();
                    counts.resendGone += seqs.size();
                }
            }
            case Answer.Reconfigured(int packBytesMax, Duration linger, int backlogPacksPerSecond) -> {
                settings = with(settings, packBytesMax, linger, backlogPacksPerSecond);
                packers.forEach(packer -> packer.bytesMax(packBytesMax));
                live.settings(settings);
                backlogPace = backlogPace(settings);
            }
            case Answer.Noticed(LostReadings lost) -> {
                journal.reported(lost.epoch(), lost.seqs());
                isNoticeOut = false;
                noticeFailures = 0;
            }
            case Answer.NoticeFailed(String reason) -> {
                lastFailure = reason;
                isNoticeOut = false;
                noticeDueNanos = clock.nanoTime() + backoff.nanos(++noticeFailures);
            }
        }
    }

    /// Any attempt that arrived is as good as the last one. A second answer finds the shipment gone.
    private void acknowledge(Shipment shipment) {
        circuit.works();
        if (!shipments.remove(shipment)) {
            return;
        }
        if (shipment.lane != Shipment.Lane.RESEND) {
            long acknowledged = journal.acknowledge(shipment.epoch, shipment.seqs);
            pendingInShipments -= acknowledged;
            counts.acknowledged += acknowledged;
        }
        counts.packsAcknowledged++;
    }

    private void fail(Shipment shipment, String reason) {
        counts.failures++;
        circuit.failed();
        lastFailure = reason;
        shipment.isOut = false;
        shipment.dueNanos = clock.nanoTime() + backoff.nanos(shipment.attempts);
    }

    private void ship(Shipment.Lane lane, Packer.Packed packed) {
        var shipment = new Shipment(lane, packed.pack(), packed.payload());
        shipments.add(shipment);
        pendingInShipments += pendingOf(shipment);
        send(shipment);
    }

    private void send(Shipment shipment) {
        int attempt = ++shipment.attempts;
        shipment.isOut = true;
        shipment.dueNanos = clock.nanoTime() + settings.answerTimeout().toNanos();
        counts.packsPublished++;
        pace.sent(shipment.payload.length);
        circuit.sent();
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

    private void report() {
        SortedMap<Long, List<SeqRange>> unreported = journal.unreported();
        if (isNoticeOut || unreported.isEmpty() || clock.nanoTime() - noticeDueNanos < 0) {
            return;
        }
        List<SeqRange> seqs = unreported.firstEntry().getValue();
        var lost = new LostReadings(thing, unreported.firstKey(), seqs.subList(0, Math.min(seqs.size(), LostReadings.RANGES_MAX)));
        isNoticeOut = true;
        CompletableFuture<Void> told;
        try {
            told = notices.lost(lost);
        } catch (RuntimeException e) {
            told = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> _ = told.whenComplete((_, failure) -> answers.add(failure == null
                ? new Answer.Noticed(lost) : new Answer.NoticeFailed(String.valueOf(failure.getMessage()))));
    }
}
