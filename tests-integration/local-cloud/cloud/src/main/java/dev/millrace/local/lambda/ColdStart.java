package dev.millrace.local.lambda;

/// How long a new environment took, counted from the start of its process.
///
/// @param millisToReady until the function, initialised, first asked for an event
/// @param millisToFirstResponse until its first answer, the time of the first invocation included
public record ColdStart(String functionName, String environmentId, long millisToReady, long millisToFirstResponse) {
}
