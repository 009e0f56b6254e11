package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

/// What becomes of a batch. Malformed input is not here: it is quarantined and settled, so it never blocks a shard.
public sealed interface Fate {
    /// All is durable: the checkpoint may move past the batch.
    record Settled() implements Fate {
    }

    /// Everything before this record is settled; it and all after it are to be delivered again.
    ///
    /// @param sequenceNumber of a record of the batch
    /// @param why            for the log
    record RetryFrom(String sequenceNumber, String why) implements Fate {
        public RetryFrom {
            requireNonNull(sequenceNumber, "sequenceNumber is null");
            requireNonNull(why, "why is null");
        }
    }
}
