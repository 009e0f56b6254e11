package dev.millrace.agent;

import dev.millrace.events.Pack;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The readings just taken, in memory, oldest first: always the last ones of the journal without a hole, so that its
/// first seq says where the backlog ends.
final class LiveLane {
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Packer packer;
    private long lingerNanos;
    private long staleNanos;
    private int readingsMax;
    private int waitingWhenMeasured;

    private record Waiting(Reading reading, long sinceNanos) {
    }

    LiveLane(Packer packer, AgentSettings settings) {
        this.packer = packer;
        settings(settings);
    }

    /// From now on, for what waits already too.
    void settings(AgentSettings settings) {
        lingerNanos = settings.linger().toNanos();
        staleNanos = settings.linger().plus(settings.liveSpan()).toNanos();
        readingsMax = settings.liveReadingsMax();
        waitingWhenMeasured = 0;
    }

    void add(Reading reading, long nowNanos) {
        waiting.addLast(new Waiting(reading, nowNanos));
        if (waiting.size() > readingsMax) {
            waiting.removeFirst();
        }
    }

    /// Leaves to the backlog what could not be sent for so long that it is not live any more.
    void dropStale(long nowNanos) {
        while (!waiting.isEmpty() && nowNanos - waiting.getFirst().sinceNanos() >= staleNanos) {
            waiting.removeFirst();
        }
    }

    /// Leaves out what the journal has given up: always the oldest. The cloud is told that it is lost, so it does not go.
    void dropGivenUp(Predicate<ReadingId> isPending) {
        while (!waiting.isEmpty() && !isPending.test(waiting.getFirst().reading().id())) {
            waiting.removeFirst();
        }
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// The seq of the first reading that is not the backlog's.
    ///
    /// @param nextSeq the journal's
    long firstSeq(long nextSeq) {
        return waiting.isEmpty() ? nextSeq : waiting.getFirst().reading().id().seq();
    }

    /// Takes out what is due: a full pack, or what has lingered long enough.
    Optional<Packer.Packed> next(long nowNanos, boolean isFlushing) {
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        boolean hasWaited = isFlushing || nowNanos - waiting.getFirst().sinceNanos() >= lingerNanos;
        if (!hasWaited && waiting.size() == waitingWhenMeasured) {
            return Optional.empty();
        }
        List<Reading> candidates = waiting.stream().limit(Pack.READINGS_MAX + 1L).map(Waiting::reading).toList();
        Packer.Packed packed = packer.pack(candidates);
        if (!hasWaited && !packed.isFull()) {
            waitingWhenMeasured = waiting.size();
            return Optional.empty();
        }
        for (int i = 0; i < packed.pack().readings().size(); i++) {
            waiting.removeFirst();
        }
        waitingWhenMeasured = 0;
        return Optional.of(packed);
    }
}
