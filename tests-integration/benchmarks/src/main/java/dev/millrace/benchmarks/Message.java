package dev.millrace.benchmarks;

/// One line of the input as the stream will carry it.
///
/// @param thing           its partition key
/// @param arrivedAtMillis when the stream takes it
/// @param payload         the line's bytes, as they are
record Message(String thing, long arrivedAtMillis, byte[] payload) {
}
