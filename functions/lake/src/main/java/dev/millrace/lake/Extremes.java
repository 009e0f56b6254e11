package dev.millrace.lake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The least and the greatest value of a page or a column, as Parquet writes them plainly: by them a reader knows what it need
/// not read.
///
/// @param min empty if there is no value, or if it is not told
/// @param max likewise
record Extremes(byte[] min, byte[] max) {
    static final Extremes UNTOLD = new Extremes(new byte[0], new byte[0]);

    static Extremes of(String min, String max) {
        return new Extremes(min.getBytes(UTF_8), max.getBytes(UTF_8));
    }

    static Extremes ofLongs(long[] values, int from, int to) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = from; i < to; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        return from == to ? UNTOLD : new Extremes(plain(min), plain(max));
    }

    /// Of the two zeros the least is told as the negative and the greatest as the positive one: a reader may take them for
    /// equal (Parquet format, `ColumnOrder`).
    ///
    /// @param bits of doubles, none of them NaN
    static Extremes ofDoubles(long[] bits, int from, int to) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            double value = Double.longBitsToDouble(bits[i]);
            min = value < min ? value : min;
            max = value > max ? value : max;
        }
        return from == to ? UNTOLD : new Extremes(plain(Double.doubleToRawLongBits(min == 0 ? -0.0 : min)), plain(Double.doubleToRawLongBits(max == 0 ? 0.0 : max)));
    }

    boolean areTold() {
        return min.length > 0;
    }

    private static byte[] plain(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }
}
