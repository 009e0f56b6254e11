package dev.millrace.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/// What of the deployment decides on the bill: settings as they stand in `cdk/cdk.json`, and measured times.
///
/// @param shards        of the stream, at least; more where the load needs them
/// @param durations     of functions
public record Flow(int shards, int streamRetentionHours, int ingestBatchSize, int ingestWindowSeconds, int archiveBatchSize, int archiveWindowSeconds,
        int sweepMinutes, int compactionMinutes, int timestreamMemoryHours, Durations durations) {
    private static final int WINDOW_SECONDS_MAX = 300;
    private static final int BATCH_MAX = 10_000;
    private static final int SHARDS_MAX = 200;

    /// How long functions take, in milliseconds. The defaults are of the local cloud on two shared cores, where the arm64
    /// processors of Lambda and its network are not: measure them on the first real deployment.
    ///
    /// @param ingestMillis  a batch
    /// @param archiveMillis a batch
    /// @param compactMillis a run of compaction
    /// @param sweepMillis   a run of the sweep
    public record Durations(double ingestMillis, double archiveMillis, double compactMillis, double sweepMillis) {
        public static final Durations DEFAULT = new Durations(100, 150, 5_000, 500);

        public Durations {
            requireMillis("ingest", ingestMillis);
            requireMillis("archive", archiveMillis);
            requireMillis("compact", compactMillis);
            requireMillis("sweep", sweepMillis);
        }

        private static void requireMillis(String function, double millis) {
            if (!(millis > 0 && millis <= 900_000)) {
                throw new IllegalArgumentException("--%s-ms must be over 0 to 900000: %s".formatted(function, millis));
            }
        }
    }

    /// The settings of the project.
    ///
    /// @param cdkJson the file
    /// @throws IOException if it cannot be read
    public static Flow of(Path cdkJson, Durations durations) throws IOException {
        JsonNode context = new ObjectMapper().readTree(cdkJson.toFile()).path("context");
        return new Flow(number(cdkJson, context, "shards"), number(cdkJson, context, "streamRetentionHours"), number(cdkJson, context, "ingestBatchSize"),
                number(cdkJson, context, "ingestWindowSeconds"), number(cdkJson, context, "archiveBatchSize"), number(cdkJson, context, "archiveWindowSeconds"),
                number(cdkJson, context, "sweepMinutes"), number(cdkJson, context, "compactionMinutes"), number(cdkJson, context, "timestreamMemoryHours"), durations);
    }

    private static int number(Path cdkJson, JsonNode context, String name) {
        JsonNode value = context.path(name);
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new IllegalArgumentException("%s: context.%s must be a whole number: %s".formatted(cdkJson, name, value));
        }
        return value.intValue();
    }

    /// With another window, as `-c ingestWindowSeconds` sets it.
    public Flow withIngestWindow(int seconds) {
        if (seconds < 0 || seconds > WINDOW_SECONDS_MAX) {
            throw new IllegalArgumentException("--ingest-window must be 0 to %d: %d".formatted(WINDOW_SECONDS_MAX, seconds));
        }
        return new Flow(shards, streamRetentionHours, ingestBatchSize, seconds, archiveBatchSize, archiveWindowSeconds, sweepMinutes, compactionMinutes,
                timestreamMemoryHours, durations);
    }

    /// With other batches, as `-c ingestBatchSize` sets them.
    public Flow withIngestBatch(int records) {
        if (records < 1 || records > BATCH_MAX) {
            throw new IllegalArgumentException("--ingest-batch must be 1 to %d: %d".formatted(BATCH_MAX, records));
        }
        return new Flow(shards, streamRetentionHours, records, ingestWindowSeconds, archiveBatchSize, archiveWindowSeconds, sweepMinutes, compactionMinutes,
                timestreamMemoryHours, durations);
    }

    /// With other shards, as `-c shards` sets them.
    ///
    /// @param count 1 to 200
    public Flow withShards(int count) {
        if (count < 1 || count > SHARDS_MAX) {
            throw new IllegalArgumentException("shards must be 1 to %d: %d".formatted(SHARDS_MAX, count));
        }
        return new Flow(count, streamRetentionHours, ingestBatchSize, ingestWindowSeconds, archiveBatchSize, archiveWindowSeconds, sweepMinutes, compactionMinutes,
                timestreamMemoryHours, durations);
    }
}
