package dev.millrace.agent;

/// So much in a second, and so much at once after a pause.
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double burst;
    private final AgentClock clock;
    private double tokens;
    private long filledNanos;

    TokenBucket(double perSecond, double burst, AgentClock clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.clock = clock;
        this.tokens = burst;
        this.filledNanos = clock.nanoTime();
    }

    /// Whether anything may go. What goes may take more than there is: later ones wait for it.
    boolean isOpen() {
        long now = clock.nanoTime();
        tokens = Math.min(burst, tokens + (now - filledNanos) / NANOS_PER_SECOND * perSecond);
        filledNanos = now;
        return tokens >= 1;
    }

    void take(double count) {
        tokens -= count;
    }
}
