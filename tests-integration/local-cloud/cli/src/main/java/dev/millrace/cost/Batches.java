package dev.millrace.cost;

/// The batches that an event source mapping cuts from all shards of a stream.
///
/// @param perSecond of all shards together
/// @param records   in each, on the mean
record Batches(double perSecond, double records) {
    /// Lambda takes an event of 6 MB, records in Base64 with some 300 bytes around each.
    private static final double EVENT_BYTES_MAX = 6 << 20;
    private static final double BASE64 = 4 / 3.0;
    private static final double RECORD_OVERHEAD_BYTES = 300;
    private static final double MILLIS = 1_000;

    /// A shard gathers for a window, then waits until the function has its batch: so a cycle is both together, unless a batch
    /// is full before. A shard to which no record came in a cycle invokes nothing: records come at random moments.
    static Batches of(double recordsPerSecond, double recordBytes, int shards, int batchSize, int windowSeconds, double functionMillis) {
        double ofShard = recordsPerSecond / shards;
        double full = Math.min(batchSize, EVENT_BYTES_MAX / (recordBytes * BASE64 + RECORD_OVERHEAD_BYTES));
        double cycle = Math.max(functionMillis / MILLIS, Math.min(windowSeconds + functionMillis / MILLIS, full / ofShard));
        double cyclesWithRecords = 1 - Math.exp(-ofShard * cycle);
        double perSecond = shards * cyclesWithRecords / cycle;
        return new Batches(perSecond, recordsPerSecond / perSecond);
    }

    /// Seconds that a shard's batch covers.
    double seconds(int shards) {
        return shards / perSecond;
    }
}
