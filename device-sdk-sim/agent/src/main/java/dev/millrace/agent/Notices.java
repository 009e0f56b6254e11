package dev.millrace.agent;

import java.util.concurrent.CompletableFuture;

/// The way by which a device tells the cloud what it will never get.
@FunctionalInterface
public interface Notices {
    /// Tells it; returns at once. The future completes when the cloud knows, and fails in every other case. The same
    /// is told again until then, and may be after it.
    CompletableFuture<Void> lost(LostReadings lost);
}
