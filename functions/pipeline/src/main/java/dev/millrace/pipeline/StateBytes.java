package dev.millrace.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Bytes of a state while it is encoded: what [java.io.DataOutputStream] writes, without a call a byte.
final class StateBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /// Of a long, see [#writeLong].
    static final int LONG_BYTES_MAX = 10;
    private static final int TEXT_LENGTH_MAX = 65_535;

    private byte[] bytes = new byte[1_024];
    private int size;

    void writeByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /// Seven bits a byte, least significant first, the high bit on all but the last.
    void writeLong(long value) {
        reserve(LONG_BYTES_MAX);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void writeDouble(double value) {
        reserve(Double.BYTES);
        LONG.set(bytes, size, Double.doubleToLongBits(value));
        size += Double.BYTES;
    }

    /// As [DataOutputStream#writeUTF] does.
    void writeText(String text) {
        if (!isAscii(text)) {
            writeAnyText(text);
            return;
        }
        reserve(2 + text.length());
        bytes[size++] = (byte) (text.length() >>> 8);
        bytes[size++] = (byte) text.length();
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 1 || text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return text.length() <= TEXT_LENGTH_MAX;
    }

    private void writeAnyText(String text) {
        var written = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(written)) {
            out.writeUTF(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] more = written.toByteArray();
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }
}
