package dev.millrace.archive;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.Lake;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Lays every plausible reading of a batch down in the lake, and says by metrics what came of it. Environment: `LAKE_BUCKET`.
public final class ArchiveConsumer implements BatchConsumer {
    private final Archive archive;
    private final EmbeddedMetrics metrics;

    ArchiveConsumer(Lake lake, EmbeddedMetrics metrics) {
        this.archive = new Archive(PackCodec.anyFormat(), DeviceTypes.shipped(), lake);
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    /// Consumers that share the client of the lake, each for a shard of its own. The AWS client finds region and credentials as it
    /// always does.
    ///
    /// @param environment the variable named above
    /// @param transport   under the AWS client
    /// @param log         takes the metrics
    /// @throws IllegalStateException if the variable is missing
    public static Supplier<ArchiveConsumer> consumers(Environment environment, SdkHttpClient transport, PrintStream log, InstantSource clock) {
        Lake lake = lake(environment, S3Client.builder().httpClient(requireNonNull(transport, "transport is null")).build());
        var metrics = new EmbeddedMetrics("archive", log, clock);
        return () -> new ArchiveConsumer(lake, metrics);
    }

    private static Lake lake(Environment environment, S3Client s3) {
        String bucket = environment.required("LAKE_BUCKET");
        return environment.functionVersion().map(version -> new S3Lake(s3, bucket, version)).orElseGet(() -> new S3Lake(s3, bucket));
    }

    @Override
    public Fate consume(Batch batch, Deadline deadline) {
        Archive.Outcome outcome = archive.process(batch);
        switch (outcome.fate()) {
            case Fate.Settled() -> report(outcome);
            case Fate.RetryFrom(String sequenceNumber, String why) ->
                System.err.printf("batch %s is to be delivered again from %s: %s%n", batch.name(), sequenceNumber, why);
        }
        return outcome.fate();
    }

    private void report(Archive.Outcome outcome) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("landed", outcome.readings());
        counts.put("rejected", outcome.rejected());
        counts.put("objects", (long) outcome.landed().size());
        metrics.print(counts, Map.of(), new Latencies());
    }
}
