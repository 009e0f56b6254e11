package dev.millrace.events;

/// Turns packs into payload bytes and back. For any number of threads: one codec serves a whole fleet.
public interface PackCodec {
    /// Of one reading, in every format.
    int MEASURES_MAX = 256;

    /// The media type of the payload, as it may be set in MQTT 5.
    String contentType();

    /// @return the payload; decoding it gives an equal pack if it has at most [Pack#BYTES_MAX] bytes
    /// @throws IllegalArgumentException if a reading has more than [#MEASURES_MAX] measures
    byte[] encode(Pack pack);

    /// Never throws for what the bytes hold.
    Decoded decode(byte[] payload);

    /// The JSON format, version 1: see `docs/architecture.md`, "Formats".
    static PackCodec jsonV1() {
        return new JsonV1();
    }

    /// The Protobuf format, version 1, for constrained links: see `pack.v1.proto`, which is in the jar beside this class.
    static PackCodec protobufV1() {
        return new ProtobufV1();
    }

    /// What the cloud reads with: decodes every format that a device may send, told by its first byte. Encodes as
    /// [#jsonV1].
    static PackCodec anyFormat() {
        return new AnyFormat();
    }
}
