package dev.millrace.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Full jitter: anything from nothing to a ceiling that doubles, so that a fleet which failed together does not come
/// back together.
record Backoff(Duration min, Duration max, RandomGenerator random) {
    /// @param failures so far, from 1
    long nanos(int failures) {
        int doublings = Math.min(failures - 1, 30);
        double ceilingNanos = Math.min(Math.scalb((double) min.toNanos(), doublings), (double) max.toNanos());
        return random.nextLong((long) ceilingNanos + 1);
    }
}
