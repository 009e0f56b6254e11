package dev.millrace.local.lambda;

/// A living environment, so that a test can find its process and kill it.
///
/// @param busy an invocation is running in it
public record EnvironmentView(String environmentId, String functionName, long pid, boolean busy) {
}
