package dev.millrace.local.kinesis;

import java.time.Duration;

/// What Kinesis bills of a provisioned stream.
///
/// @param shards    that are open now
/// @param age       since it was made
/// @param putUnits  records that were taken, each in steps of 25 KB of its data and key
public record StreamUse(String stream, int shards, Duration age, Duration retention, long putUnits) {
}
