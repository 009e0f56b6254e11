package dev.millrace.lake;

import java.util.Arrays;

/// Small numbers as Parquet's "RLE/bit-packing hybrid" (Parquet format, Encodings.md): runs of the same number by their
/// length, what lies in between by its bits.
final class RunsAndBits {
    private static final int GROUP = 8;
    /// Its header then is one byte, as other writers have it.
    private static final int GROUPS_MAX = 63;

    private final LittleEndianBytes out;
    private final int width;
    private final long[] group = new long[GROUPS_MAX * GROUP];

    /// @param width bits that the greatest number takes
    RunsAndBits(LittleEndianBytes out, int width) {
        this.out = out;
        this.width = width;
    }

    static int widthOf(int greatest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(greatest);
    }

    /// Of what lies between runs the bits come in groups of eight, so a run first fills up the group before it.
    void put(int[] values, int from, int to) {
        int pending = from;
        int at = from;
        while (at < to) {
            int end = at + 1;
            while (end < to && values[end] == values[at]) {
                end++;
            }
            int fill = Math.floorMod(pending - at, GROUP);
            if (end - at - fill >= GROUP) {
                putBits(values, pending, at + fill);
                putRun(values[at], end - at - fill);
                pending = end;
            }
            at = end;
        }
        putBits(values, pending, to);
    }

    void putRun(int value, int length) {
        out.putVarint((long) length << 1);
        for (int bits = 0; bits < width; bits += Byte.SIZE) {
            out.write(value >>> bits);
        }
    }

    /// The last group of all is filled up with zeros: readers know how many values there are.
    private void putBits(int[] values, int from, int to) {
        for (int at = from; at < to; at += group.length) {
            int count = Math.min(group.length, to - at);
            for (int i = 0; i < count; i++) {
                group[i] = values[at + i];
            }
            int groups = Math.ceilDiv(count, GROUP);
            Arrays.fill(group, count, groups * GROUP, 0);
            out.putVarint((long) groups << 1 | 1);
            out.putBits(group, 0, groups * GROUP, width);
        }
    }
}
