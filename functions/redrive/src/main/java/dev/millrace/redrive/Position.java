package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import java.math.BigInteger;
import java.util.regex.Pattern;

/// Where a record stands in the stream.
///
/// @param sequenceNumber decimal, up to 128 bits; grows within the shard
record Position(String shard, String sequenceNumber) {
    private static final Pattern SEQUENCE_NUMBER = Pattern.compile("[0-9]{1,128}");

    Position {
        requireNonNull(shard, "shard is null");
        requireNonNull(sequenceNumber, "sequenceNumber is null");
        if (!SEQUENCE_NUMBER.matcher(sequenceNumber).matches()) {
            throw new IllegalArgumentException("sequence number must be decimal: " + Names.shown(sequenceNumber));
        }
    }

    /// Whether everybody who reads the stream comes by the other first. Of two shards nobody knows.
    boolean isAfter(Position other) {
        return shard.equals(other.shard) && new BigInteger(sequenceNumber).compareTo(new BigInteger(other.sequenceNumber)) > 0;
    }
}
