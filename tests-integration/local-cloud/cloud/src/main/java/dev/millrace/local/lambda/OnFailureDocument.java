package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.kinesis.StreamRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What lands in the on-failure bucket for records that are given up (Lambda developer guide, "Retain discarded batch
/// records"): why, which records, and the whole event, so that nothing has to be read again before retention ends.
///
/// @param id of this document, and the request id in it
/// @param lastResult of the last invocation; empty for records that were too old before the first one, and then there is no
/// `responseContext` (not documented, docs/verify-on-aws.md)
record OnFailureDocument(EventSourceMapping.Settings settings, String shardId, Condition condition, int invocations,
        Optional<InvocationResult> lastResult, List<StreamRecord> records, byte[] event, UUID id, Instant now) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH.mm.ss").withZone(ZoneOffset.UTC);

    /// Why records were given up.
    enum Condition {
        RETRY_ATTEMPTS_EXHAUSTED("RetryAttemptsExhausted"),
        RECORD_AGE_EXCEEDED("RecordAgeExceeded");

        private final String wireName;

        Condition(String wireName) {
            this.wireName = wireName;
        }
    }

    String key() {
        return "aws/lambda/%s/%s/%s/%s-%s".formatted(settings.uuid(), shardId, DAY.format(now), SECOND.format(now), id);
    }

    byte[] body() {
        ObjectNode document = JSON.createObjectNode();
        document.putObject("requestContext")
                .put("requestId", id.toString())
                .put("functionArn", settings.functionArn())
                .put("condition", condition.wireName)
                .put("approximateInvokeCount", invocations);
        lastResult.ifPresent(result -> document.putObject("responseContext")
                .put("statusCode", 200)
                .put("executedVersion", executedVersion())
                .put("functionError", functionError(result)));
        document.put("version", "1.0").put("timestamp", MILLIS.format(now));
        document.putObject("KinesisBatchInfo")
                .put("shardId", shardId)
                .put("startSequenceNumber", records.getFirst().sequenceNumber())
                .put("endSequenceNumber", records.getLast().sequenceNumber())
                .put("approximateArrivalOfFirstRecord", arrival(records.getFirst()))
                .put("approximateArrivalOfLastRecord", arrival(records.getLast()))
                .put("batchSize", records.size())
                .put("streamArn", settings.streamArn());
        document.put("payload", new String(event, UTF_8));
        return document.toString().getBytes(UTF_8);
    }

    private static String arrival(StreamRecord record) {
        return MILLIS.format(Instant.ofEpochMilli(record.arrivalMillis()));
    }

    private String executedVersion() {
        String[] parts = settings.functionArn().split(":", -1);
        return parts.length > 7 ? parts[7] : "$LATEST";
    }

    /// Null after a partial answer: the function itself did not fail (not documented, docs/verify-on-aws.md).
    private static String functionError(InvocationResult result) {
        return switch (result) {
            case InvocationResult.Succeeded _ -> null;
            case InvocationResult.FunctionError _, InvocationResult.TimedOut _, InvocationResult.Crashed _ -> "Unhandled";
        };
    }
}
