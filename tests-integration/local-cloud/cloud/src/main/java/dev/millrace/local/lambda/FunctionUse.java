package dev.millrace.local.lambda;

/// What Lambda bills of a function, and what CloudWatch bills of its log.
///
/// @param function     a short name, from the package of its handler: `ingest`
/// @param requests     invocations that reached the function, whatever became of them
/// @param billedMillis their durations, each rounded up to a millisecond
/// @param gbSeconds    billedMillis times memory
/// @param logLines     that it wrote
/// @param logBytes     of these lines, as characters
public record FunctionUse(String function, long requests, long billedMillis, double gbSeconds, long logLines, long logBytes) {
}
