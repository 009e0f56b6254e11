package dev.millrace.agent;

/// Whether it makes sense to publish now. After a failure nothing goes for a random while, and then one pack alone, whose
/// fate decides; each failure of such a one doubles the while. So a cloud that cannot keep up, or a link that is gone, is not
/// asked once more for each pack of each device, and what waits meanwhile goes in fuller packs.
final class Circuit {
    private final Backoff backoff;
    private final AgentClock clock;
    private int failures;
    private boolean isProbing;
    private long openNanos;

    Circuit(Backoff backoff, AgentClock clock) {
        this.backoff = backoff;
        this.clock = clock;
    }

    boolean isOpen() {
        return failures == 0 || (!isProbing && clock.nanoTime() - openNanos >= 0);
    }

    void sent() {
        isProbing = failures > 0;
    }

    /// Of those that were on their way when the first failed, the failures say nothing new.
    void failed() {
        if (failures == 0 || isProbing) {
            failures++;
            openNanos = clock.nanoTime() + backoff.nanos(failures);
            isProbing = false;
        }
    }

    /// A pack arrived, or the uplink says that it works again.
    void works() {
        failures = 0;
        isProbing = false;
    }
}
