package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.DeviceTypes;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.timestream.TimestreamSeries;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;

/// Lambda handler on a schedule, and of the custom resource that makes the tables at each deployment; see [Request].
/// Environment: `LAKE_BUCKET`, `GLUE_DATABASE`, `STREAM_RETENTION_HOURS`, `BUFFER_MEGABYTES`,
/// `TIMESTREAM_DATABASE`, `READINGS_TABLE`, `ROLLUPS_TABLE`. With `HOT_STORE` = `none` there is no hot store to correct,
/// and its three names are not read.
///
/// The answer to a schedule or an operator is a report, an object a device type. A run in which a type failed, or an object
/// could not be read, fails after it has done all the rest.
public final class CompactHandler implements RequestStreamHandler {
    private static final String PHYSICAL_ID = "millrace-lake-tables";

    private final LakeCompaction lake;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public CompactHandler() {
        this(lake(new Environment("compact", System.getenv())), new EmbeddedMetrics("compact", System.out, InstantSource.system()));
    }

    CompactHandler(LakeCompaction lake, EmbeddedMetrics metrics) {
        this.lake = requireNonNull(lake, "lake is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    private static LakeCompaction lake(Environment environment) {
        String bucket = environment.required("LAKE_BUCKET");
        S3Client s3 = S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build();
        return new LakeCompaction(GlueTables.catalog(bucket), environment.required("GLUE_DATABASE"), bucket, List.copyOf(DeviceTypes.shipped().all()),
                type -> new S3Landing(s3, bucket, type), hotStore(environment), (long) environment.requiredWholeNumber("BUFFER_MEGABYTES") << 20,
                Duration.ofHours(environment.requiredWholeNumber("STREAM_RETENTION_HOURS")), InstantSource.system());
    }

    private static TimeSeries hotStore(Environment environment) {
        if (!environment.hasHotStore()) {
            return TimeSeries.NONE;
        }
        return new TimestreamSeries(TimestreamWriteClient.builder().httpClient(UrlConnectionHttpClient.create()),
                environment.required("TIMESTREAM_DATABASE"), environment.required("READINGS_TABLE"), environment.required("ROLLUPS_TABLE"));
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        switch (Request.read(event)) {
            case Request.Deploy deploy -> deploy(deploy);
            case Request.Compact which ->
                compact(which, context == null ? Deadline.NONE : context::getRemainingTimeInMillis, answer);
        }
    }

    /// Tables outlive their stack, as all that holds data does.
    private void deploy(Request.Deploy request) throws IOException {
        String failure = "";
        try {
            if (!request.isDelete()) {
                System.out.println("tables are there: " + lake.ensureTables());
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            failure = "the lake's tables cannot be made: " + e.getMessage();
        }
        DeploymentAnswer.send(request, PHYSICAL_ID, failure);
    }

    private void compact(Request.Compact which, Deadline deadline, OutputStream answer) throws IOException {
        List<LakeCompaction.OfType> outcomes = lake.run(which, deadline);
        metrics.print(counts(outcomes), Map.of(), new Latencies());
        answer.write(report(outcomes).toString().getBytes(StandardCharsets.UTF_8));
        List<String> failures = outcomes.stream().filter(outcome -> !outcome.failure().isEmpty() || !outcome.compacted().unreadable().isEmpty())
                .map(outcome -> "%s: %s%s".formatted(outcome.type(), outcome.failure(), String.join("; ", outcome.compacted().unreadable()))).toList();
        if (!failures.isEmpty()) {
            throw new IOException("compaction is not complete: " + String.join("; ", failures));
        }
    }

    private static Map<String, Long> counts(List<LakeCompaction.OfType> outcomes) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (LakeCompaction.OfType outcome : outcomes) {
            counts.merge("objects", outcome.compacted().objects(), Long::sum);
            counts.merge("rows_in", outcome.compacted().in().rows(), Long::sum);
            counts.merge("duplicates", outcome.compacted().duplicates().rows(), Long::sum);
            counts.merge("unreadable", (long) outcome.compacted().unreadable().size(), Long::sum);
            counts.merge("merged_files", (long) outcome.merged().before(), Long::sum);
            counts.merge("panes_corrected", outcome.corrected().panes(), Long::sum);
            counts.merge("panes_waiting", outcome.corrected().waiting(), Long::sum);
            counts.merge("orphans", (long) outcome.kept().orphans(), Long::sum);
            counts.merge("behind", outcome.compacted().isBehind() ? 1L : 0L, Long::sum);
            counts.merge("failed", outcome.failure().isEmpty() ? 0L : 1L, Long::sum);
        }
        return counts;
    }

    private static ArrayNode report(List<LakeCompaction.OfType> outcomes) {
        ArrayNode report = Request.JSON.createArrayNode();
        for (LakeCompaction.OfType outcome : outcomes) {
            ObjectNode one = report.addObject()
                    .put("type", outcome.type())
                    .put("commits", outcome.compacted().commits())
                    .put("objects", outcome.compacted().objects())
                    .put("rowsIn", outcome.compacted().in().rows())
                    .put("duplicates", outcome.compacted().duplicates().rows())
                    .put("rowsOut", outcome.compacted().in().rows() - outcome.compacted().duplicates().rows())
                    .put("mergedFiles", outcome.merged().before())
                    .put("panesCorrected", outcome.corrected().panes())
                    .put("panesWaiting", outcome.corrected().waiting())
                    .put("snapshotsExpired", outcome.kept().snapshots())
                    .put("orphansDeleted", outcome.kept().orphans())
                    .put("isBehind", outcome.compacted().isBehind());
            if (!outcome.failure().isEmpty()) {
                one.put("failure", outcome.failure());
            }
            if (!outcome.compacted().unreadable().isEmpty()) {
                one.put("unreadable", outcome.compacted().unreadable().stream().collect(Collectors.joining("; ")));
            }
        }
        return report;
    }
}
