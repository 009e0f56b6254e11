package dev.millrace.local.lambda;

/// Runs a function once and waits for what becomes of it.
@FunctionalInterface
public interface FunctionInvoker {
    /// @param payload the event, JSON, at most 6 MB
    /// @throws IllegalArgumentException if there is no such function or the payload is too large
    InvocationResult invoke(String functionName, byte[] payload) throws InterruptedException;
}
