package dev.millrace.compact;

import dev.millrace.events.DeviceType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// How a reading of one type is kept as bytes while it is sorted and merged:
///
/// | bytes | what |
/// |---|---|
/// | 4 | length of the row, this included |
/// | 4 | length of the key |
/// | key | day of measurement (4), thing, 0 (1), taken at (8), epoch (8), seq (8), arrived at (8) |
/// | rest | a bit a measure that says whether it is there, the values that are (8 each), count of other measures (4), and each as name, 0, value |
///
/// Numbers are big endian and not negative, so keys compare as bytes, and rows are in order of day, thing and time. Of
/// two rows with the same key but the day the bytes from the thing on are equal if and only if the readings are.
final class Rows {
    static final long MICROS_A_DAY = 86_400_000_000L;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int HEAD = 8;
    private static final int AFTER_THING = 1 + 4 * Long.BYTES;

    private final DeviceType type;
    private final int presenceBytes;

    Rows(DeviceType type) {
        this.type = type;
        this.presenceBytes = (type.measures().size() + 7) / 8;
    }

    DeviceType type() {
        return type;
    }

    static int length(byte[] row, int at) {
        return (int) INT.get(row, at);
    }

    private static int keyEnd(byte[] row, int at) {
        return at + HEAD + (int) INT.get(row, at + 4);
    }

    static int compare(byte[] a, int aAt, byte[] b, int bAt) {
        return Arrays.compareUnsigned(a, aAt + HEAD, keyEnd(a, aAt), b, bAt + HEAD, keyEnd(b, bAt));
    }

    /// Whether two rows have the same thing, time, epoch and seq: all of the key but the arrival.
    static boolean isSameReading(byte[] a, int aAt, byte[] b, int bAt) {
        return Arrays.equals(a, aAt + HEAD, keyEnd(a, aAt) - Long.BYTES, b, bAt + HEAD, keyEnd(b, bAt) - Long.BYTES);
    }

    /// As [#compare], but whatever the arrivals: 0 if and only if it [is the same reading][#isSameReading].
    static int compareReadings(byte[] a, int aAt, byte[] b, int bAt) {
        return Arrays.compareUnsigned(a, aAt + HEAD, keyEnd(a, aAt) - Long.BYTES, b, bAt + HEAD, keyEnd(b, bAt) - Long.BYTES);
    }

    /// Whether two rows of this type have the same measures with the same values.
    static boolean isSameValues(byte[] a, int aAt, byte[] b, int bAt) {
        return Arrays.equals(a, keyEnd(a, aAt), aAt + length(a, aAt), b, keyEnd(b, bAt), bAt + length(b, bAt));
    }

    /// Days since 1970-01-01, UTC.
    static int day(byte[] row, int at) {
        return (int) INT.get(row, at + HEAD);
    }

    static int thingAt(int at) {
        return at + HEAD + Integer.BYTES;
    }

    static int thingLength(byte[] row, int at) {
        return keyEnd(row, at) - AFTER_THING - thingAt(at);
    }

    static String thing(byte[] row, int at) {
        return new String(row, thingAt(at), thingLength(row, at), StandardCharsets.UTF_8);
    }

    static boolean isOf(byte[] row, int at, byte[] thing) {
        return Arrays.equals(row, thingAt(at), thingAt(at) + thingLength(row, at), thing, 0, thing.length);
    }

    static long takenAtMicros(byte[] row, int at) {
        return (long) LONG.get(row, keyEnd(row, at) - 32);
    }

    static long epoch(byte[] row, int at) {
        return (long) LONG.get(row, keyEnd(row, at) - 24);
    }

    static long seq(byte[] row, int at) {
        return (long) LONG.get(row, keyEnd(row, at) - 16);
    }

    static long arrivedAtMicros(byte[] row, int at) {
        return (long) LONG.get(row, keyEnd(row, at) - 8);
    }

    /// A hash of all that the row says: the day is not in it, because it follows from the time. Not for use against people
    /// with intent.
    static long hash(byte[] row, int at) {
        int end = at + length(row, at);
        int position = thingAt(at);
        long hash = 0x9E3779B97F4A7C15L ^ (end - position);
        for (; position + Long.BYTES <= end; position += Long.BYTES) {
            hash = mix(hash ^ (long) LONG.get(row, position));
        }
        long rest = 0;
        for (; position < end; position++) {
            rest = (rest << 8) | (row[position] & 0xff);
        }
        return mix(hash ^ rest);
    }

    /// The finalizer of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood 2014): every bit of the input reaches every bit of the result.
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// Walks through the values of a row.
    void values(byte[] row, int at, ValueVisitor visitor) {
        int presenceAt = keyEnd(row, at);
        int position = presenceAt + presenceBytes;
        List<DeviceType.Measure> measures = type.measures();
        for (int index = 0; index < measures.size(); index++) {
            if ((row[presenceAt + index / 8] >> (index % 8) & 1) != 0) {
                visitor.measure(index, Double.longBitsToDouble((long) LONG.get(row, position)));
                position += Double.BYTES;
            }
        }
        int others = (int) INT.get(row, position);
        position += Integer.BYTES;
        if (others > 0) {
            visitor.others(others);
        }
        for (int i = 0; i < others; i++) {
            int nameAt = position;
            while (row[position] != 0) {
                position++;
            }
            int nameLength = position - nameAt;
            position++;
            visitor.other(row, nameAt, nameLength, Double.longBitsToDouble((long) LONG.get(row, position)));
            position += Double.BYTES;
        }
    }

    /// What [#values] calls.
    interface ValueVisitor {
        /// @param index of the measure in the device type
        void measure(int index, double value);

        /// Comes before the first [#other].
        default void others(int count) {
        }

        /// A measure that the device type does not know; the name is UTF-8.
        default void other(byte[] bytes, int nameAt, int nameLength, double value) {
        }
    }

    /// A row under construction.
    final class Scratch {
        private byte[] bytes = new byte[512];
        private int end;
        private int presenceAt;
        private int othersAt;

        byte[] bytes() {
            return bytes;
        }

        void begin(byte[] thing, int thingAt, int thingLength, long takenAtMicros, long epoch, long seq, long arrivedAtMicros) {
            require(HEAD + Integer.BYTES + thingLength + AFTER_THING + presenceBytes + type.measures().size() * Double.BYTES + Integer.BYTES);
            INT.set(bytes, 4, Integer.BYTES + thingLength + AFTER_THING);
            INT.set(bytes, HEAD, (int) Math.floorDiv(takenAtMicros, MICROS_A_DAY));
            System.arraycopy(thing, thingAt, bytes, HEAD + Integer.BYTES, thingLength);
            end = HEAD + Integer.BYTES + thingLength;
            bytes[end++] = 0;
            end = put(end, takenAtMicros);
            end = put(end, epoch);
            end = put(end, seq);
            end = put(end, arrivedAtMicros);
            presenceAt = end;
            Arrays.fill(bytes, end, end + presenceBytes, (byte) 0);
            end += presenceBytes;
        }

        /// In ascending order of the index.
        void measure(int index, double value) {
            bytes[presenceAt + index / 8] |= (byte) (1 << (index % 8));
            end = put(end, Double.doubleToRawLongBits(value));
        }

        void others(int count) {
            othersAt = end;
            INT.set(bytes, othersAt, count);
            end += Integer.BYTES;
        }

        /// In ascending order of the names.
        void other(byte[] name, int nameAt, int nameLength, double value) {
            require(end + nameLength + 1 + Double.BYTES);
            System.arraycopy(name, nameAt, bytes, end, nameLength);
            end += nameLength;
            bytes[end++] = 0;
            end = put(end, Double.doubleToRawLongBits(value));
        }

        void finish() {
            INT.set(bytes, 0, end);
        }

        private int put(int position, long value) {
            LONG.set(bytes, position, value);
            return position + Long.BYTES;
        }

        private void require(int capacity) {
            if (capacity > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(capacity, 2 * bytes.length));
            }
        }
    }
}
