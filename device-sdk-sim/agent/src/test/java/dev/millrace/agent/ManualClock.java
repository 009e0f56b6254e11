package dev.millrace.agent;

import java.time.Duration;
import java.time.Instant;

/// Time that passes only when a test says so.
final class ManualClock implements AgentClock {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private long nanos = 1_000;

    void pass(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    /// As when the time of day is corrected: nothing has passed.
    void setInstant(Instant instant) {
        now = instant;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
