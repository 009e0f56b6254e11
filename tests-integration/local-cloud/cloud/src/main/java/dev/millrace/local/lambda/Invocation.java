package dev.millrace.local.lambda;

import java.util.concurrent.CompletableFuture;

/// An event on its way through an environment; the result comes from whoever notices the end first.
///
/// @param id as the function sees it in its context
record Invocation(String id, byte[] payload, CompletableFuture<InvocationResult> result) {
    Invocation(String id, byte[] payload) {
        this(id, payload, new CompletableFuture<>());
    }
}
