package dev.millrace.simulator;

import dev.millrace.events.PackCodec;

/// In which format a fleet sends its packs.
enum Format {
    json, protobuf;

    private static final PackCodec JSON = PackCodec.jsonV1();
    private static final PackCodec PROTOBUF = PackCodec.protobufV1();

    /// The same for all devices, or a large fleet's codecs take more room than its readings.
    PackCodec codec() {
        return switch (this) {
            case json -> JSON;
            case protobuf -> PROTOBUF;
        };
    }
}
