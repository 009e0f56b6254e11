package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Lambda handler, on a schedule and for operators; see [Request]. Environment: `FAILURES_BUCKET`, `LAKE_BUCKET`,
/// `STREAM_NAME`, `RULE_NAME`, `NOTICES_RULE_NAME`. The answer is the [Outcome].
public final class RedriveHandler implements RequestStreamHandler {
    /// Of the function's time, for what a chunk has yet to do when no other is begun. So a run that uses all its time is still far
    /// from the timeout, at which an alarm looks.
    private static final long SPARE_MILLIS = 240_000;
    private static final int UNREADABLE_SHOWN_MAX = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Redriver redriver;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public RedriveHandler() {
        this(redriver(new Environment("redrive", System.getenv())), new EmbeddedMetrics("redrive", System.out, InstantSource.system()));
    }

    RedriveHandler(Redriver redriver, EmbeddedMetrics metrics) {
        this.redriver = requireNonNull(redriver, "redriver is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    private static Redriver redriver(Environment environment) {
        S3Client s3 = S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
        KinesisClient kinesis = KinesisClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
        String lake = environment.required("LAKE_BUCKET");
        return new Redriver(new Redriver.Parts(
                new FailuresBucket(s3, environment.required("FAILURES_BUCKET")),
                new DocumentReader(environment.required("RULE_NAME"), environment.required("NOTICES_RULE_NAME")),
                // SecureRandom, because any other generator goes on from the same state in every copy of a snapshot
                new PacedStream(kinesis, environment.required("STREAM_NAME"), new SecureRandom(), Thread::sleep),
                new NoticesFolder(s3, lake), new S3Quarantine(s3, lake), InstantSource.system()));
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        Request request = Request.read(event);
        Deadline deadline = context == null ? Deadline.NONE : () -> context.getRemainingTimeInMillis() - SPARE_MILLIS;
        try {
            Outcome outcome = redriver.run(request, deadline);
            outcome.unreadable().forEach(System.err::println);
            // what a dry run would do has not happened
            if (!request.isDryRun()) {
                metrics.print(counts(outcome), Map.of(), new Latencies());
            }
            answer.write(report(request, outcome).toString().getBytes(StandardCharsets.UTF_8));
        } catch (SinkUnavailable e) {
            throw new IOException("quarantine: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /// By the names of the metrics, which are also those of the answer.
    private static Map<String, Long> counts(Outcome outcome) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("documents", outcome.documents());
        counts.put("waiting", outcome.waiting());
        counts.put("records", outcome.records());
        counts.put("redriven", outcome.redriven());
        counts.put("covered", outcome.covered());
        counts.put("sweeps", outcome.sweeps());
        counts.put("quarantined", outcome.quarantined());
        counts.put("left", outcome.left());
        counts.put("copies", outcome.copies());
        counts.put("notices", outcome.notices());
        counts.put("unreadable", (long) outcome.unreadable().size());
        return counts;
    }

    private static ObjectNode report(Request request, Outcome outcome) {
        ObjectNode report = JSON.createObjectNode().put("dryRun", request.isDryRun());
        counts(outcome).forEach(report::put);
        report.put("isComplete", outcome.isComplete());
        outcome.unreadable().stream().limit(UNREADABLE_SHOWN_MAX).forEach(report.withArrayProperty("unreadableDocuments")::add);
        return report;
    }
}
