package dev.millrace.lake;

import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes that grow; numbers go in with the lowest byte first, as Parquet has them.
final class LittleEndianBytes extends OutputStream {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    LittleEndianBytes(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    /// The bytes up to [#size], and more behind them; another array once it has grown.
    byte[] array() {
        return bytes;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void reset() {
        size = 0;
    }

    /// Makes room, so that [#array] takes so many more bytes from [#size] on.
    void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
        }
    }

    /// What was written into [#array] behind [#size] counts from now on.
    void advance(int count) {
        size += count;
    }

    @Override
    public void write(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int from, int count) {
        ensure(count);
        System.arraycopy(source, from, bytes, size, count);
        size += count;
    }

    void putInt(int value) {
        ensure(Integer.BYTES);
        INTS.set(bytes, size, value);
        size += Integer.BYTES;
    }

    /// Writes over what is there.
    void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    void putLongs(long[] values, int from, int to) {
        ensure((to - from) * Long.BYTES);
        byte[] target = bytes;
        int at = size;
        for (int i = from; i < to; i++) {
            LONGS.set(target, at, values[i]);
            at += Long.BYTES;
        }
        size = at;
    }

    /// Unsigned, seven bits a byte.
    void putVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /// The lowest bits of each value, one after the other without gaps.
    ///
    /// @param count must come to whole bytes: of a width that is no multiple of eight, a multiple of eight values
    void putBits(long[] values, int from, int count, int width) {
        if (width == 0) {
            return;
        }
        ensure((int) ((long) count * width / Byte.SIZE) + 2 * Long.BYTES);
        byte[] target = bytes;
        int at = size;
        long word = 0;
        int filled = 0;
        for (int i = from; i < from + count; i++) {
            long value = values[i];
            word |= value << filled;
            filled += width;
            if (filled >= Long.SIZE) {
                LONGS.set(target, at, word);
                at += Long.BYTES;
                filled -= Long.SIZE;
                word = filled == 0 ? 0 : value >>> (width - filled);
            }
        }
        LONGS.set(target, at, word);
        size = at + filled / Byte.SIZE;
    }
}
