package dev.millrace.local.kinesis;

import static java.util.Objects.requireNonNull;

/// One record of a shard, as it was put.
///
/// @param position where the record stands in its shard: 1, 2, 3, … without holes. Unlike a sequence number it is known
/// to this process only
/// @param sequenceNumber decimal, up to 128 bits and more: compare as `BigInteger`, never as `long`
/// @param arrivalMillis when the stream took it, epoch milliseconds; AWS promises neither exactness nor order
/// @param data shared, not copied: nobody may write to it
public record StreamRecord(long position, String sequenceNumber, String partitionKey, long arrivalMillis, byte[] data) {
    public StreamRecord {
        requireNonNull(sequenceNumber, "sequenceNumber is null");
        requireNonNull(partitionKey, "partitionKey is null");
        requireNonNull(data, "data is null");
    }
}
