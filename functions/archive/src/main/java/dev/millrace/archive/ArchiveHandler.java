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
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Lambda handler on the telemetry stream. Environment: `LAKE_BUCKET`.
public final class ArchiveHandler implements RequestStreamHandler {
    private final Archive archive;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public ArchiveHandler() {
        this(new Environment("archive", System.getenv()), UrlConnectionHttpClient.create(), System.out, InstantSource.system());
    }

    private ArchiveHandler(Environment environment, SdkHttpClient transport, PrintStream log, InstantSource clock) {
        this(lake(environment, S3Client.builder().httpClient(transport).build()), new EmbeddedMetrics("archive", log, clock));
    }

    private static Lake lake(Environment environment, S3Client s3) {
        String bucket = environment.required("LAKE_BUCKET");
        return environment.functionVersion().map(version -> new S3Lake(s3, bucket, version)).orElseGet(() -> new S3Lake(s3, bucket));
    }

    /// Wired as on Lambda, except for what is given here: so that a benchmark measures what is deployed. The AWS client
    /// finds region and credentials as it always does.
    ///
    /// @param transport   under the AWS client, in place of connections
    /// @param environment the variable named above
    /// @param log         takes the metrics, in place of the function's standard output
    public static ArchiveHandler over(SdkHttpClient transport, Map<String, String> environment, PrintStream log, InstantSource clock) {
        return new ArchiveHandler(new Environment("archive", environment), requireNonNull(transport, "transport is null"), log, clock);
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
