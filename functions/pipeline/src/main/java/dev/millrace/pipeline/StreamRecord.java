package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

/// A pack as the stream hands it on: byte for byte what the device sent.
///
/// @param sequenceNumber  its position in the shard, decimal, up to 128 bits; unique and growing within the shard
/// @param partitionKey    the thing that sent it, taken from the topic, which the device's policy pins to its certificate
/// @param arrivedAtMillis when the stream took it, milliseconds since 1970-01-01T00:00Z; the same on every delivery
/// @param payload         never changed by anybody
public record StreamRecord(String sequenceNumber, String partitionKey, long arrivedAtMillis, byte[] payload) {
    public StreamRecord {
        requireNonNull(sequenceNumber, "sequenceNumber is null");
        requireNonNull(partitionKey, "partitionKey is null");
        requireNonNull(payload, "payload is null");
    }
}
