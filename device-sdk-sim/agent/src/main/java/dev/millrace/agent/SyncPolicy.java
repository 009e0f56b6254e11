package dev.millrace.agent;

import java.time.Duration;

/// When the journal forces what it wrote to the disk. It decides what a power failure costs; a killed process
/// alone loses nothing that was written.
///
/// With any policy but [EachAppend] a power failure may lose the last readings, and nobody can tell how many there
/// were: so after every stop without a close (a killed process cannot be told from a power failure) the journal
/// starts a new epoch, and no identity is ever given to two readings.
public sealed interface SyncPolicy {
    /// Every reading is on disk before [DeviceAgent#take] returns. A power failure loses no reading that was
    /// taken, and the epoch lives on after any stop.
    record EachAppend() implements SyncPolicy {
    }

    /// Readings are forced at most this long after they were written, as long as the agent is polled.
    ///
    /// @param interval over 0, up to an hour
    record ByInterval(Duration interval) implements SyncPolicy {
        private static final Duration INTERVAL_MAX = Duration.ofHours(1);

        public ByInterval {
            if (!interval.isPositive() || interval.compareTo(INTERVAL_MAX) > 0) {
                throw new IllegalArgumentException("interval not over 0 and up to %s: %s".formatted(INTERVAL_MAX, interval));
            }
        }
    }

    /// Every so many readings are forced together, so that a power failure loses fewer than that. What is taken last
    /// before a long silence waits for the next readings, or for the close.
    ///
    /// @param readings 2 to 100,000
    record ByCount(int readings) implements SyncPolicy {
        public ByCount {
            if (readings < 2 || readings > 100_000) {
                throw new IllegalArgumentException("readings not in 2..100000: " + readings);
            }
        }
    }
}
