package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A record that was given up, with its bytes.
///
/// @param partitionKey    the thing that sent it
/// @param arrivedAtMillis at the stream; of what did not get there, when it was given up; milliseconds since 1970-01-01T00:00Z
record FailedRecord(String partitionKey, byte[] payload, long arrivedAtMillis, Failure failure) {
    /// Kinesis takes 1 to 256 characters (API reference, PutRecords).
    private static final int PARTITION_KEY_MAX = 256;

    FailedRecord {
        requireNonNull(payload, "payload is null");
        requireNonNull(failure, "failure is null");
        if (partitionKey.isEmpty() || partitionKey.length() > PARTITION_KEY_MAX) {
            throw new IllegalArgumentException("partition key not of 1 to %d characters: %d".formatted(PARTITION_KEY_MAX, partitionKey.length()));
        }
    }

    /// SHA-256, in hexadecimal, of key and bytes. All that a record keeps when it is put into the stream again.
    String fingerprint() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] key = partitionKey.getBytes(UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(key.length).array());
            sha.update(key);
            return HexFormat.of().formatHex(sha.digest(payload));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
