package dev.millrace.local.kinesis;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/// Where reading of a shard begins (Kinesis API reference, GetShardIterator, `ShardIteratorType`).
public sealed interface StartingPosition {
    /// The oldest record that retention has left.
    record TrimHorizon() implements StartingPosition {
    }

    /// After the newest record of this moment.
    record Latest() implements StartingPosition {
    }

    /// The first record that arrived at or after this instant.
    record AtTimestamp(Instant instant) implements StartingPosition {
        public AtTimestamp {
            requireNonNull(instant, "instant is null");
        }
    }

    /// The record with this sequence number.
    record AtSequenceNumber(String sequenceNumber) implements StartingPosition {
        public AtSequenceNumber {
            requireNonNull(sequenceNumber, "sequenceNumber is null");
        }
    }

    /// The record after the one with this sequence number.
    record AfterSequenceNumber(String sequenceNumber) implements StartingPosition {
        public AfterSequenceNumber {
            requireNonNull(sequenceNumber, "sequenceNumber is null");
        }
    }
}
