package dev.millrace.lake;

import java.util.Arrays;

/// The distinct values of a column, in the order in which they first come, and for each value its place among them.
final class LongDictionary {
    /// Beyond, the table no longer fits a core's own cache, and a page's places take as many bits as compressed values.
    private static final int SIZE_MAX = 1 << 14;
    /// After so many values it is decided whether they repeat: who writes a column of distinct values twice loses time.
    private static final int PROBE = 4_096;
    /// An odd number without a pattern (2^64 divided by the golden ratio): its product spreads neighbours.
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long[] values;
    private final int[] places;
    private int size;

    private LongDictionary(int count) {
        places = new int[count];
        values = new long[Math.min(count, SIZE_MAX)];
    }

    /// @param count how many of the values there are
    /// @return null if a dictionary does not make the column smaller by a good part
    static LongDictionary of(long[] column, int count) {
        var dictionary = new LongDictionary(count);
        return dictionary.fill(column) && dictionary.bytes() < (long) count * Long.BYTES * 3 / 4 ? dictionary : null;
    }

    private boolean fill(long[] column) {
        int capacity = Integer.highestOneBit(Math.clamp(places.length, 16, SIZE_MAX)) << 2;
        int shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
        // place + 1, so that 0 is free
        var table = new int[capacity];
        for (int i = 0; i < places.length; i++) {
            long value = column[i];
            int slot = (int) ((value * SPREAD) >>> shift);
            int found = table[slot];
            while (found != 0 && values[found - 1] != value) {
                slot = (slot + 1) & (capacity - 1);
                found = table[slot];
            }
            if (i == PROBE && size > PROBE / 2) {
                return false;
            }
            if (found == 0) {
                if (size == SIZE_MAX) {
                    return false;
                }
                values[size++] = value;
                table[slot] = size;
                found = size;
            }
            places[i] = found - 1;
        }
        return true;
    }

    private long bytes() {
        return (long) size * Long.BYTES + ((long) places.length * width() + Byte.SIZE - 1) / Byte.SIZE;
    }

    int size() {
        return size;
    }

    /// Bits of a place.
    int width() {
        return RunsAndBits.widthOf(size - 1);
    }

    /// For each value of the column. Not to be changed.
    int[] places() {
        return places;
    }

    long[] values() {
        return Arrays.copyOf(values, size);
    }
}
