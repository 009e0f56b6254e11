package dev.millrace.simulator;

import dev.millrace.events.PackCodec;

/// In which format a fleet sends its packs.
enum Format {
    json(PackCodec.jsonV1()), protobuf(PackCodec.protobufV1());

    private final PackCodec codec;

    Format(PackCodec codec) {
        this.codec = codec;
    }

    PackCodec codec() {
        return codec;
    }
}
