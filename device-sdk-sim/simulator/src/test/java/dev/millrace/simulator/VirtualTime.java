package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import java.time.Duration;
import java.time.Instant;

/// Passes when told.
final class VirtualTime implements AgentClock {
    private long nanos;

    void pass(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public Instant instant() {
        return Instant.parse("2026-11-23T00:00:00Z").plusNanos(nanos);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
