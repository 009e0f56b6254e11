package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Brings records into the stream: many a call, several calls at a time, and again what the stream refuses, until it has
/// everything. While it refuses, one call at a time, with a wait between them that follows what gets through. Driven by
/// [#poll], on one thread; only the calls are on others.
final class StreamWriter {
    /// At 40 ms a call these bring 50,000 records a second, which takes 50 shards.
    private static final int CALLS_MAX = 4;
    private static final long WAIT_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(20);
    /// A shard takes two full calls a second; longer is for streams that others fill.
    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    private final PackStream stream;
    private final Executor calls;
    private final AgentClock clock;
    private final RandomGenerator random;
    private final Fleet.Problems problems;
    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private int callsUnderWay;
    private int recordsUnderWay;
    private long put;
    private long retried;
    private Optional<String> unusable = Optional.empty();
    /// 0 while the stream takes everything.
    private long waitNanos;
    private long waitChangedNanos;
    private long nextCallNanos;

    /// @param refusals as [PackStream#put]
    /// @param unusable why there is no use in going on
    private record Answer(List<Outgoing> records, long startNanos, List<Optional<String>> refusals, Optional<String> unusable) {
    }

    /// @param calls runs what waits for the stream
    StreamWriter(PackStream stream, Executor calls, AgentClock clock, RandomGenerator random, Fleet.Problems problems) {
        this.stream = stream;
        this.calls = calls;
        this.clock = clock;
        this.random = random;
        this.problems = problems;
        this.waitChangedNanos = clock.nanoTime();
    }

    void add(Outgoing record) {
        waiting.addLast(record);
    }

    /// Goes on.
    ///
    /// @return what the stream has acknowledged since the last call
    List<Outgoing> poll() {
        List<Outgoing> acknowledged = new ArrayList<>();
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            settle(answer, acknowledged);
        }
        while (!waiting.isEmpty() && unusable.isEmpty() && mayCall()) {
            call();
        }
        return acknowledged;
    }

    private boolean mayCall() {
        return waitNanos == 0 ? callsUnderWay < CALLS_MAX : callsUnderWay == 0 && clock.nanoTime() - nextCallNanos >= 0;
    }

    private void call() {
        List<Outgoing> records = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && records.size() < PackStream.RECORDS_MAX && bytes + waiting.getFirst().bytes() <= PackStream.BYTES_MAX) {
            bytes += waiting.getFirst().bytes();
            records.add(waiting.removeFirst());
        }
        callsUnderWay++;
        recordsUnderWay += records.size();
        long now = clock.nanoTime();
        calls.execute(() -> answers.add(answer(records, now)));
    }

    private Answer answer(List<Outgoing> records, long startNanos) {
        try {
            return new Answer(records, startNanos, stream.put(records), Optional.empty());
        } catch (PackStream.Unusable e) {
            return new Answer(records, startNanos, Collections.nCopies(records.size(), Optional.of(e.getMessage())), Optional.of(e.getMessage()));
        } catch (RuntimeException e) {
            // perhaps the stream has them: what it has twice is counted once
            return new Answer(records, startNanos, Collections.nCopies(records.size(), Optional.of(String.valueOf(e.getMessage()))), Optional.empty());
        }
    }

    private void settle(Answer answer, List<Outgoing> acknowledged) {
        int size = answer.records().size();
        callsUnderWay--;
        recordsUnderWay -= size;
        put += size;
        if (answer.unusable().isPresent()) {
            unusable = answer.unusable();
        }
        int taken = 0;
        for (int i = size - 1; i >= 0; i--) {
            Optional<String> refusal = answer.refusals().get(i);
            if (refusal.isEmpty()) {
                taken++;
                acknowledged.add(answer.records().get(i));
            } else {
                problems.add(refusal.get());
                waiting.addFirst(answer.records().get(i));
                retried++;
            }
        }
        if (answer.startNanos() - waitChangedNanos >= 0) {
            adapt(taken, size, clock.nanoTime());
        }
    }

    /// The wait grows by as much as was too much, and shrinks by an eighth: so it stays close to what the shards take.
    private void adapt(int taken, int size, long now) {
        if (taken < size) {
            double excess = Math.min(2, (double) size / Math.max(1, taken));
            waitNanos = Math.clamp((long) (waitNanos * excess), WAIT_NANOS_MIN, WAIT_NANOS_MAX);
            // what was under way before does not know of it
            waitChangedNanos = now;
        } else {
            waitNanos = waitNanos <= WAIT_NANOS_MIN ? 0 : waitNanos / 8 * 7;
        }
        if (waitNanos > 0) {
            // of several fleets none follows the others
            nextCallNanos = now + random.nextLong(waitNanos / 2, waitNanos * 3 / 2);
        }
    }

    int recordsUnderWay() {
        return recordsUnderWay;
    }

    /// Records that the stream has not acknowledged.
    int unacknowledged() {
        return waiting.size() + recordsUnderWay;
    }

    /// Records put, repeated and refused ones counted again.
    long put() {
        return put;
    }

    /// Records that had to be put again.
    long retried() {
        return retried;
    }

    /// Why there is no use in going on, if there is none.
    Optional<String> unusable() {
        return unusable;
    }
}
