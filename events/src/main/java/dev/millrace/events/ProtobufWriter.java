package dev.millrace.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes Protobuf's wire format; the other side of [ProtobufReader].
final class ProtobufWriter {
    private final ByteArrayOutputStream out;

    ProtobufWriter(int sizeHint) {
        this.out = new ByteArrayOutputStream(sizeHint);
    }

    void number(int field, long value) {
        tag(field, ProtobufReader.VARINT);
        varint(value);
    }

    void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(int field, byte[] value) {
        tag(field, ProtobufReader.BLOCK);
        varint(value.length);
        out.writeBytes(value);
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }

    void fixedDouble(double value) {
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            out.write((int) (bits >>> shift));
        }
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }
}
