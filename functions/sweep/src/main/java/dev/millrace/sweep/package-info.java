/// The function that looks for things that have fallen silent, and puts a sweep for each into the telemetry stream. It
/// decides nothing: whether a thing is idle is decided where its sweep stands in the shard, by the function that counts.
package dev.millrace.sweep;
