package dev.millrace.agent;

import java.util.concurrent.CompletableFuture;

/// The way from one device to the cloud.
@FunctionalInterface
public interface Uplink {
    /// Sends one pack; returns at once. The future completes when the cloud has taken over the payload (MQTT:
    /// its PUBACK with a reason of success) and fails in every other case, with a message for a person. A failure
    /// does not mean that nothing arrived. The agent keeps the array and may hand it over again; nobody changes it.
    CompletableFuture<Void> publish(byte[] payload);
}
