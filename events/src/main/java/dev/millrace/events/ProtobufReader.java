package dev.millrace.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads Protobuf's wire format: tags, variable-length integers, fixed 64-bit values and length-delimited blocks
/// (protobuf.dev, "Encoding"). Every length is checked against what is there before anything is made of it.
final class ProtobufReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BLOCK = 2;
    private static final int FIXED32 = 5;
    private static final int WIRE_TYPE_BITS = 3;
    private static final long FIELD_MAX = (1L << 29) - 1;

    private final ByteBuffer in;

    /// The bytes are wrong for the reason that the message gives.
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String reason) {
            super(reason, null, false, false);
        }
    }

    /// What stands before a value.
    ///
    /// @param field    the field's number, 1 to 2^29 - 1
    /// @param wireType how its value is written; any that Protobuf ever had
    record Tag(int field, int wireType) {
        void require(int expected) throws Wrong {
            if (wireType != expected) {
                throw new Wrong("field %d must have wire type %d: %d".formatted(field, expected, wireType));
            }
        }
    }

    ProtobufReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    private ProtobufReader(ByteBuffer in) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    Tag tag() throws Wrong {
        long tag = varint();
        long field = tag >>> WIRE_TYPE_BITS;
        if (field < 1 || field > FIELD_MAX) {
            throw new Wrong("field number not in 1..%d: %s".formatted(FIELD_MAX, Long.toUnsignedString(field)));
        }
        return new Tag((int) field, (int) (tag & ((1 << WIRE_TYPE_BITS) - 1)));
    }

    /// @return 64 bits, to be taken as signed or not as the field has it
    long varint() throws Wrong {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            require(1);
            byte next = in.get();
            if (shift == 63 && (next & 0xFE) != 0) {
                break;
            }
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new Wrong("integer of more than 64 bits");
    }

    /// A signed integer, written so that those near zero are short.
    long zigzag() throws Wrong {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    double fixedDouble() throws Wrong {
        require(Double.BYTES);
        return in.getDouble();
    }

    /// The inside of a length-delimited value, to be read on its own.
    ProtobufReader block() throws Wrong {
        int length = length();
        var block = new ProtobufReader(in.slice(in.position(), length));
        in.position(in.position() + length);
        return block;
    }

    byte[] bytes() throws Wrong {
        int length = length();
        int from = in.arrayOffset() + in.position();
        in.position(in.position() + length);
        return Arrays.copyOfRange(in.array(), from, from + length);
    }

    /// @param bytesMax of the text in UTF-8
    /// @return the text; what is not UTF-8 in it is replaced, which makes it no valid name
    String text(int bytesMax) throws Wrong {
        byte[] text = bytes();
        if (text.length > bytesMax) {
            throw new Wrong("text of %d bytes, more than %d".formatted(text.length, bytesMax));
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    void skip(Tag tag) throws Wrong {
        switch (tag.wireType()) {
            case VARINT -> varint();
            case FIXED64 -> skip(Long.BYTES);
            case BLOCK -> skip(length());
            case FIXED32 -> skip(Integer.BYTES);
            default -> throw new Wrong("field %d has wire type %d, which proto3 does not know".formatted(tag.field(), tag.wireType()));
        }
    }

    private void skip(int bytes) throws Wrong {
        require(bytes);
        in.position(in.position() + bytes);
    }

    private int length() throws Wrong {
        long length = varint();
        if (length < 0 || length > in.remaining()) {
            throw new Wrong("cut off: %s bytes expected, %d left".formatted(Long.toUnsignedString(length), in.remaining()));
        }
        return (int) length;
    }

    private void require(int bytes) throws Wrong {
        if (in.remaining() < bytes) {
            throw new Wrong("cut off: %d bytes expected, %d left".formatted(bytes, in.remaining()));
        }
    }
}
