package dev.millrace.benchmarks;

import dev.millrace.events.Decoded;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;

/// What the devices speak in a run. The input is JSON in any case.
enum Format {
    /// Messages as they are in the file.
    JSON {
        @Override
        Message of(Message message) {
            return message;
        }
    },
    /// Messages encoded anew; what is no message stays as it is.
    PROTOBUF {
        @Override
        Message of(Message message) {
            return PackCodec.jsonV1().decode(message.payload()) instanceof Decoded.Telemetry(Pack pack)
                    ? new Message(message.thing(), message.arrivedAtMillis(), PackCodec.protobufV1().encode(pack))
                    : message;
        }
    };

    abstract Message of(Message message);
}
