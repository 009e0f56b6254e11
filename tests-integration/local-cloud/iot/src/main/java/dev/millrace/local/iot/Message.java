package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

/// A published message as the rules see it.
///
/// @param topic      for Basic Ingest what follows `$aws/rules/<rule>/`
/// @param payload    the bytes that the client sent; shared, never changed
/// @param receivedAt when the rules engine took it
/// @param trace      names the message in logs and error documents
record Message(String topic, String clientId, byte[] payload, Instant receivedAt, UUID trace) {
    Message {
        requireNonNull(topic, "topic is null");
        requireNonNull(clientId, "clientId is null");
        requireNonNull(payload, "payload is null");
        requireNonNull(receivedAt, "receivedAt is null");
        requireNonNull(trace, "trace is null");
    }
}
