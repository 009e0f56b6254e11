package dev.millrace.events;

/// Turns packs into payload bytes and back.
public interface PackCodec {
    /// The media type of the payload, as it may be set in MQTT 5.
    String contentType();

    /// @return the payload; decoding it gives an equal pack
    byte[] encode(Pack pack);

    /// Never throws for what the bytes hold.
    Decoded decode(byte[] payload);

    /// The JSON format, version 1: see `docs/architecture.md`, "Formats".
    static PackCodec jsonV1() {
        return new JsonV1();
    }
}
