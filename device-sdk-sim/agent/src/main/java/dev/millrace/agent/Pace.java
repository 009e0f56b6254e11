package dev.millrace.agent;

/// Keeps one connection under the limits of AWS IoT Core, which it does not raise for anybody: 100 publishes a second
/// (more are discarded, and would only come back as resendings) and 512 KB a second, both directions together.
final class Pace {
    /// With the burst at most 95 in any second; the rest is for commands and notices.
    static final int PUBLISHES_PER_SECOND = 75;
    private static final int PUBLISHES_AT_ONCE = 20;
    /// With the burst, and the largest pack beyond it, at most 490,000 in any second.
    private static final int BYTES_PER_SECOND = 300_000;
    private static final int BYTES_AT_ONCE = 60_000;

    private final TokenBucket publishes;
    private final TokenBucket bytes;

    Pace(AgentClock clock) {
        this.publishes = new TokenBucket(PUBLISHES_PER_SECOND, PUBLISHES_AT_ONCE, clock);
        this.bytes = new TokenBucket(BYTES_PER_SECOND, BYTES_AT_ONCE, clock);
    }

    boolean isOpen() {
        return publishes.isOpen() && bytes.isOpen();
    }

    void sent(int payloadBytes) {
        publishes.take(1);
        bytes.take(payloadBytes);
    }
}
