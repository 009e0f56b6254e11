package dev.millrace.uplink;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// How long a device stays away after another client took its name. Two devices with one client id would otherwise throw
/// each other out for ever, about once a second: the newcomer wins, and AWS IoT Core lets each connect once a second.
final class TakeoverWait {
    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int DOUBLINGS_MAX = 5;

    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private int takeovers;
    private long lastNanos;

    TakeoverWait(RandomGenerator random, LongSupplier nanoTime) {
        this.random = random;
        this.nanoTime = nanoTime;
    }

    /// For the take-over that happens now: between half and all of a span that doubles with each, unless there was none for
    /// twice the longest.
    Duration next() {
        long now = nanoTime.getAsLong();
        if (takeovers > 0 && now - lastNanos > LONGEST.multipliedBy(2).toNanos()) {
            takeovers = 0;
        }
        lastNanos = now;
        Duration doubled = FIRST.multipliedBy(1L << Math.min(takeovers++, DOUBLINGS_MAX));
        long millis = (doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST).toMillis();
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }
}
