package dev.millrace.simulator;

import dev.millrace.events.PackCodec;

/// In which format a fleet sends its packs.
enum Format {
    json, protobuf;

    PackCodec codec() {
        return switch (this) {
            case json -> PackCodec.jsonV1();
            case protobuf -> PackCodec.protobufV1();
        };
    }
}
