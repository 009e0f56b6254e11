package dev.millrace.local.kinesis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Time that passes when the test says so.
public final class ManualClock implements InstantSource {
    private volatile Instant now;

    public ManualClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }
}
