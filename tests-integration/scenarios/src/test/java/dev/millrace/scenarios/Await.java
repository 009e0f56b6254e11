package dev.millrace.scenarios;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for a condition, never for a time.
final class Await {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private Await() {
    }

    /// @throws AssertionError naming `what` if it has not come within `limit`
    static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %s: %s".formatted(limit, what));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }
}
