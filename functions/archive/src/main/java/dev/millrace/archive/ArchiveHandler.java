package dev.millrace.archive;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.kinesis.Latencies;
import dev.millrace.lake.S3Lake;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.Lake;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Lambda handler on the telemetry stream. Environment: `LAKE_BUCKET`.
public final class ArchiveHandler implements RequestStreamHandler {
    private final Archive archive;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public ArchiveHandler() {
        this(new S3Lake(S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build(),
                        new Environment("archive", System.getenv()).required("LAKE_BUCKET")),
                new EmbeddedMetrics("archive", System.out, InstantSource.system()));
    }

    ArchiveHandler(Lake lake, EmbeddedMetrics metrics) {
        this.archive = new Archive(PackCodec.anyFormat(), DeviceTypes.shipped(), lake);
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        Batch batch = KinesisEvent.read(event);
        Archive.Outcome outcome = archive.process(batch);
        switch (outcome.fate()) {
            case Fate.Settled() -> report(outcome);
            case Fate.RetryFrom(String sequenceNumber, String why) ->
                System.err.printf("batch %s is to be delivered again from %s: %s%n", batch.name(), sequenceNumber, why);
        }
        KinesisEvent.answer(outcome.fate(), answer);
    }

    private void report(Archive.Outcome outcome) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("landed", outcome.readings());
        counts.put("rejected", outcome.rejected());
        counts.put("objects", (long) outcome.landed().size());
        metrics.print(counts, Map.of(), new Latencies());
    }
}
