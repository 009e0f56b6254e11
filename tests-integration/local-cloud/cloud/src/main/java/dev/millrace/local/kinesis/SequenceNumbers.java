package dev.millrace.local.kinesis;

import java.math.BigInteger;
import java.util.OptionalLong;

/// The sequence numbers of one shard: 186 bits that look like those of AWS (56 decimal digits from `49…`).
///
/// From the top: a constant, the shard's creation in seconds (36 bits), the last 4 bits of its number, the record's
/// position in the shard (64), the arrival in seconds (44), the shard's number (32), a constant. So they grow
/// within a shard whatever the clock does, differ between shards, and a child, created later, starts above its parents.
final class SequenceNumbers {
    private static final BigInteger TOP = BigInteger.TWO.shiftLeft(184);
    private static final int CREATED_SHIFT = 148;
    private static final int NIBBLE_SHIFT = 144;
    private static final int POSITION_SHIFT = 80;
    private static final int ARRIVAL_SHIFT = 36;
    private static final BigInteger POSITION_MASK = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final BigInteger base;

    SequenceNumbers(long createdSecond, int shardNumber) {
        this.base = TOP.or(BigInteger.valueOf(createdSecond).shiftLeft(CREATED_SHIFT))
                .or(BigInteger.valueOf(shardNumber & 0xf).shiftLeft(NIBBLE_SHIFT))
                .or(BigInteger.valueOf(shardNumber).shiftLeft(4))
                .or(BigInteger.TWO);
    }

    /// Of the record at `position`.
    String at(long position, long arrivalMillis) {
        long seconds = Math.floorDiv(arrivalMillis, 1_000L) & 0xf_ffff_ffffL;
        // one shift for both fields: they do not overlap, as positions are shifted 44 bits further
        return base.add(BigInteger.valueOf(position).shiftLeft(POSITION_SHIFT - ARRIVAL_SHIFT)
                .add(BigInteger.valueOf(seconds)).shiftLeft(ARRIVAL_SHIFT)).toString();
    }

    /// The number below which all of this shard's records stay; AWS gives one to a closed shard.
    String end(long closedMillis) {
        return at(Long.MAX_VALUE, closedMillis);
    }

    /// The position that a sequence number of this shard names; empty for what this shard never gave out.
    OptionalLong positionOf(String sequenceNumber) {
        if (sequenceNumber.length() > 64 || !sequenceNumber.chars().allMatch(c -> c >= '0' && c <= '9')
                || sequenceNumber.isEmpty()) {
            return OptionalLong.empty();
        }
        var number = new BigInteger(sequenceNumber);
        boolean ours = number.shiftRight(NIBBLE_SHIFT).equals(base.shiftRight(NIBBLE_SHIFT))
                && number.intValue() == base.intValue();
        if (!ours) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(number.shiftRight(POSITION_SHIFT).and(POSITION_MASK).longValue());
    }
}
