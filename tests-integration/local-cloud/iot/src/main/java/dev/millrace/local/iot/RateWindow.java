package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// At most so many events in each window of time; a window begins with the first event after the one before
/// has ended. How AWS measures its "publishes per second per connection" (a window, a bucket, its burst) is not
/// documented, see docs/verify-on-aws.md.
final class RateWindow {
    private final int eventsMax;
    private final Duration length;
    private final InstantSource clock;
    private Instant end = Instant.MIN;
    private int events;

    RateWindow(int eventsMax, Duration length, InstantSource clock) {
        this.eventsMax = eventsMax;
        this.length = requireNonNull(length, "length is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    synchronized boolean tryTake() {
        Instant now = clock.instant();
        if (!now.isBefore(end)) {
            end = now.plus(length);
            events = 0;
        }
        if (events == eventsMax) {
            return false;
        }
        events++;
        return true;
    }
}
