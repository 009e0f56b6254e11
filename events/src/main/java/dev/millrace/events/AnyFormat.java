package dev.millrace.events;

/// Tells formats apart by the first byte of the payload: the topic rule hands on the bytes alone, and the content type
/// that a device gave stays behind.
final class AnyFormat implements PackCodec {
    private static final PackCodec JSON = new JsonV1();
    private static final PackCodec PROTOBUF = new ProtobufV1();

    @Override
    public String contentType() {
        return JSON.contentType();
    }

    @Override
    public byte[] encode(Pack pack) {
        return JSON.encode(pack);
    }

    @Override
    public Decoded decode(byte[] payload) {
        if (payload.length == 0) {
            return new Decoded.Malformed("payload is empty");
        }
        return switch (payload[0]) {
            case '{', ' ', '\t', '\n', '\r' -> JSON.decode(payload);
            case ProtobufV1.FIRST_BYTE -> PROTOBUF.decode(payload);
            default -> new Decoded.Malformed("payload begins with byte 0x%02x, expected { of JSON or 0x08 of Protobuf".formatted(payload[0]));
        };
    }
}
