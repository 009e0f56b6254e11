package dev.millrace.sweep;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/// One run: finds the idle things, then puts their sweeps, each thing's once. A run that does not get through leaves the
/// rest to the next one, which begins elsewhere, so that no thing is always last.
final class Sweeper {
    /// A quarter of what a shard takes a second, even if all the things are in one: when a whole site falls silent, the
    /// sweeps must not push the readings of the others out of the stream.
    static final int SWEEPS_A_SECOND = 250;
    /// What a run puts at most; it takes 200 s.
    static final int SWEEPS_MAX = 50_000;
    /// So many that even a short run reads some of a large table to their ends: what lies behind a cut waits for a run that
    /// begins there.
    static final int SEGMENTS = 64;
    static final int TRIES_MAX = 4;
    private static final int SEGMENTS_AT_A_TIME = 4;
    private static final long SECOND_MILLIS = 1_000;
    private static final long BACKOFF_MILLIS = 100;
    /// No call is begun with less time than this.
    private static final long RESERVE_MILLIS = 5_000;

    private final IdleThings idleThings;
    private final SweepStream stream;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Pause pause;

    /// Lets time pass.
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    /// What came of a run.
    ///
    /// @param scanned    states looked at
    /// @param idle       things found idle
    /// @param swept      sweeps that are in the stream
    /// @param unfinished segments that were not read to their end
    record Outcome(long scanned, long idle, long swept, long unfinished) {
        /// Idle things whose sweep is not in the stream.
        long failed() {
            return idle - swept;
        }
    }

    private record Found(long scanned, List<String> things, boolean isComplete) {
    }

    /// @param random for jitter and where a run begins
    Sweeper(IdleThings idleThings, SweepStream stream, InstantSource clock, RandomGenerator random, Pause pause) {
        this.idleThings = requireNonNull(idleThings, "idleThings is null");
        this.stream = requireNonNull(stream, "stream is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        this.pause = requireNonNull(pause, "pause is null");
    }

    /// Looks for half of the time that there is, and puts in the rest.
    Outcome run(Deadline deadline) throws InterruptedException {
        long scanUntilMillis = deadline.remainingMillis() / 2;
        long scanned = 0;
        long unfinished = 0;
        List<String> idle = new ArrayList<>();
        for (Found found : findAll(() -> deadline.remainingMillis() - scanUntilMillis)) {
            scanned += found.scanned();
            unfinished += found.isComplete() ? 0 : 1;
            idle.addAll(found.things());
        }
        return new Outcome(scanned, idle.size(), putAll(idle, deadline), unfinished);
    }

    private List<Found> findAll(Deadline deadline) throws InterruptedException {
        Instant now = clock.instant();
        int first = random.nextInt(SEGMENTS);
        List<Callable<Found>> segments = new ArrayList<>();
        for (int i = 0; i < SEGMENTS; i++) {
            var segment = new IdleThings.Segment((first + i) % SEGMENTS, SEGMENTS);
            segments.add(() -> find(segment, now, deadline));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(SEGMENTS_AT_A_TIME, Thread.ofVirtual().factory())) {
            List<Found> all = new ArrayList<>();
            for (Future<Found> found : threads.invokeAll(segments)) {
                all.add(found.get());
            }
            return all;
        } catch (ExecutionException e) {
            // nothing is put: Lambda tries again, and says why
            throw new IllegalStateException("scan failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private Found find(IdleThings.Segment segment, Instant now, Deadline deadline) {
        long scanned = 0;
        List<String> things = new ArrayList<>();
        Optional<String> last = Optional.empty();
        while (deadline.remainingMillis() > RESERVE_MILLIS && things.size() < SWEEPS_MAX) {
            IdleThings.Page page = idleThings.page(segment, last, now);
            scanned += page.scanned();
            things.addAll(page.things());
            last = page.last();
            if (last.isEmpty()) {
                return new Found(scanned, things, true);
            }
        }
        return new Found(scanned, things, false);
    }

    /// @return how many are in the stream
    private long putAll(List<String> idle, Deadline deadline) throws InterruptedException {
        // of many, others each time
        Collections.rotate(idle, idle.size() > SWEEPS_MAX ? random.nextInt(idle.size()) : 0);
        List<String> toPut = idle.subList(0, Math.min(idle.size(), SWEEPS_MAX));
        long swept = 0;
        for (int from = 0; from < toPut.size() && deadline.remainingMillis() > RESERVE_MILLIS; from += SWEEPS_A_SECOND) {
            if (from > 0) {
                pause.millis(SECOND_MILLIS);
            }
            List<String> some = toPut.subList(from, Math.min(toPut.size(), from + SWEEPS_A_SECOND));
            swept += some.size() - put(some, deadline).size();
        }
        return swept;
    }

    /// @return the things whose sweep was not taken, however often it was tried
    private List<String> put(List<String> some, Deadline deadline) throws InterruptedException {
        List<String> left = stream.put(some);
        for (int attempt = 1; attempt < TRIES_MAX && !left.isEmpty() && deadline.remainingMillis() > RESERVE_MILLIS; attempt++) {
            pause.millis(random.nextLong(1 + (BACKOFF_MILLIS << attempt)));
            left = stream.put(left);
        }
        return left;
    }
}
