package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Lambda handler on a schedule, and for an operator; see [Request]. Environment: `STATES_TABLE`, `LAKE_BUCKET`,
/// `LEDGER_INTERVALS_MAX`, `LEDGER_EPOCHS_MAX`, `RESEND_READINGS_MAX`.
///
/// The answer is a report. A run in which something could not be read, or a device not be asked, fails after it has done all
/// the rest.
public final class CompletenessHandler implements RequestStreamHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FAILURES_SHOWN = 5;

    private final CompletenessRun run;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public CompletenessHandler() {
        this(run(new Environment("completeness", System.getenv())), new EmbeddedMetrics("completeness", System.out, InstantSource.system()));
    }

    CompletenessHandler(CompletenessRun run, EmbeddedMetrics metrics) {
        this.run = requireNonNull(run, "run is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    private static CompletenessRun run(Environment environment) {
        S3Client s3 = S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
        DynamoDbClient dynamoDb = DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
        IotDataPlaneClient iot = IotDataPlaneClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
        var limits = new Limits(environment.requiredWholeNumber("LEDGER_INTERVALS_MAX"), environment.requiredWholeNumber("LEDGER_EPOCHS_MAX"));
        String bucket = environment.required("LAKE_BUCKET");
        return new CompletenessRun(new StateScan(dynamoDb, environment.required("STATES_TABLE"), limits), new LostNotices(s3, bucket),
                new LakeObjects(s3, bucket), new ResendCommands(iot),
                ResendPolicy.DEFAULT.withReadingsMax(environment.requiredWholeNumber("RESEND_READINGS_MAX")), limits.epochsMax(), InstantSource.system());
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        CompletenessRun.Outcome outcome;
        try {
            outcome = run.run(Request.read(event), context == null ? Deadline.NONE : context::getRemainingTimeInMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        metrics.print(counts(outcome), Map.of(), new Latencies());
        answer.write(report(outcome).toString().getBytes(StandardCharsets.UTF_8));
        outcome.failures().forEach(System.err::println);
        if (!outcome.failures().isEmpty()) {
            throw new IOException("%d failures, the rest is done: %s".formatted(outcome.failures().size(),
                    String.join("; ", outcome.failures().subList(0, Math.min(FAILURES_SHOWN, outcome.failures().size())))));
        }
    }

    private static Map<String, Long> counts(CompletenessRun.Outcome outcome) {
        Totals totals = outcome.totals();
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("things", totals.things());
        counts.put("expected", totals.expected());
        counts.put("taken", totals.taken());
        counts.put("missing", totals.missing());
        counts.put("lost", totals.lost());
        counts.put("given_up", totals.givenUp());
        counts.put("gaps", outcome.gaps());
        counts.put("day_taken", outcome.dayTaken());
        counts.put("day_expected", outcome.dayExpected());
        counts.put("asked_ranges", (long) outcome.asked().size());
        counts.put("asked_readings", outcome.asked().stream().mapToLong(command -> command.seqs().size()).sum());
        counts.put("unanswered", outcome.unanswered());
        return counts;
    }

    private static ObjectNode report(CompletenessRun.Outcome outcome) {
        Totals totals = outcome.totals();
        ObjectNode report = JSON.createObjectNode()
                .put("things", totals.things())
                .put("expected", totals.expected())
                .put("taken", totals.taken())
                .put("missing", totals.missing())
                .put("lost", totals.lost())
                .put("givenUp", totals.givenUp())
                .put("accepted", totals.accepted())
                .put("duplicates", totals.duplicates())
                .put("late", totals.late())
                .put("dayTaken", outcome.dayTaken())
                .put("dayExpected", outcome.dayExpected())
                .put("unanswered", outcome.unanswered())
                .put("table", outcome.table());
        ArrayNode asked = report.putArray("asked");
        outcome.asked().forEach(command -> asked.addObject().put("thing", command.thing()).put("epoch", command.epoch())
                .put("from", command.seqs().first()).put("to", command.seqs().last()));
        return report;
    }
}
