package dev.millrace.local.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// A part of the 128-bit key space, both ends included.
record HashRange(BigInteger start, BigInteger end) {
    static final BigInteger MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);
    private static final ThreadLocal<MessageDigest> MD5 = ThreadLocal.withInitial(HashRange::md5);

    HashRange {
        if (start.signum() < 0 || end.compareTo(start) < 0 || end.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("hash range not within 0..2^128-1: %s..%s".formatted(start, end));
        }
    }

    /// The whole key space in `parts` equal parts.
    static List<HashRange> even(int parts) {
        BigInteger width = BigInteger.ONE.shiftLeft(128).divide(BigInteger.valueOf(parts));
        var ranges = new ArrayList<HashRange>(parts);
        for (int i = 0; i < parts; i++) {
            BigInteger start = width.multiply(BigInteger.valueOf(i));
            ranges.add(new HashRange(start, i == parts - 1 ? MAX : start.add(width).subtract(BigInteger.ONE)));
        }
        return ranges;
    }

    /// Where a partition key falls (Kinesis developer guide, "Partition key").
    static BigInteger hash(String partitionKey) {
        return new BigInteger(1, MD5.get().digest(partitionKey.getBytes(StandardCharsets.UTF_8)));
    }

    boolean isAdjacentTo(HashRange other) {
        return end.add(BigInteger.ONE).equals(other.start) || other.end.add(BigInteger.ONE).equals(start);
    }

    HashRange join(HashRange other) {
        return new HashRange(start.min(other.start), end.max(other.end));
    }

    BigInteger middle() {
        return start.add(end).add(BigInteger.ONE).shiftRight(1);
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
