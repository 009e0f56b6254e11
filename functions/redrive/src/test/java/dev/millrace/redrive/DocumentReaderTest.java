package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DocumentReaderTest {
    private static final Instant WRITTEN_AT = Instant.parse("2026-11-27T01:00:00Z");
    private static final String BATCH_KEY = "aws/lambda/uuid/shardId-000000000001/2026/11/27/2026-11-27T00.38.06-id";
    private static final String RULE_KEY = "rule-errors/truck-1/1795000000000-3f0b.json";

    private final DocumentReader reader = new DocumentReader("millrace_dev_telemetry", "millrace_dev_notices");

    @Test
    void theSampleOfTheLambdaGuideIsReadWithItsRecordsAndTheirPlaces() throws IOException {
        FailureDocument document = reader.read(BATCH_KEY, WRITTEN_AT, sample("failed-batch.json"));

        assertThat(document.key()).isEqualTo(BATCH_KEY);
        List<FailedRecord> records = ((FailureDocument.Records) document).records();
        assertThat(records).extracting(record -> record.partitionKey() + " " + new String(record.payload(), UTF_8)).containsExactly("truck-1 Hello, this is a test.", "truck-2 This is only a test.");
        assertThat(records).extracting(FailedRecord::arrivedAtMillis).containsExactly(1_545_084_650_987L, 1_545_084_711_166L);
        assertThat(records.getFirst().failure()).isEqualTo(new Failure(BATCH_KEY, "2019-11-14T00:38:06.021Z", "mylambda",
                "RetryAttemptsExhausted after 1 invocations, function error Unhandled",
                Optional.of(new Position("shardId-000000000006", "49590338271490256608559692538361571095921575989136588898"))));
    }

    @Test
    void theSampleOfTheIotGuideIsReadUnderTheThingThatItsKeyNames() throws IOException {
        FailureDocument document = reader.read(RULE_KEY, WRITTEN_AT, sample("rule-error.json"));

        FailedRecord record = ((FailureDocument.Records) document).records().getFirst();
        assertThat(record.partitionKey()).isEqualTo("truck-1");
        assertThat(new String(record.payload(), UTF_8)).isEqualTo("{\"speed_kmh\":88.1}");
        assertThat(record.failure()).isEqualTo(new Failure(RULE_KEY, WRITTEN_AT.toString(), "rule millrace_dev_telemetry",
                "Failed to put record. The error received was Rate exceeded", Optional.empty()));
    }

    @Test
    void whatOnlyExplainsABatchMayBeMissing() throws IOException {
        ObjectNode document = Documents.tree(Documents.batch("ingest", Documents.Sent.text("truck-1", 7, "a")));
        document.retain("payload");

        Failure failure = ((FailureDocument.Records) reader.read(BATCH_KEY, WRITTEN_AT, Documents.bytes(document))).records().getFirst().failure();

        assertThat(failure.inWords()).isEqualTo("2026-11-27T01:00:00Z unknown function: given up after unknown invocations, function error none");
    }

    @Test
    void aStreamWorkerIsNamedByWhatItCallsItself() throws IOException {
        ObjectNode document = Documents.tree(Documents.batch("ingest", Documents.Sent.text("truck-1", 7, "a")));
        document.withObject("requestContext").put("functionArn", "stream-worker ingest");

        Failure failure = ((FailureDocument.Records) reader.read(BATCH_KEY, WRITTEN_AT, Documents.bytes(document))).records().getFirst().failure();

        assertThat(failure.inWords()).contains("stream-worker ingest: RetryAttemptsExhausted after 21 invocations");
    }

    @Test
    void aNoticeGoesWhereItsRuleWouldHavePutIt() {
        FailureDocument document = reader.read(RULE_KEY, WRITTEN_AT, Documents.ruleError("millrace_dev_notices", "dt/truck-1/lost", "{\"v\":1}"));

        assertThat(document).isInstanceOfSatisfying(FailureDocument.Notice.class, notice -> {
            assertThat(notice.lakeKey()).isEqualTo("notices/lost/truck-1/1795000000000-3f0b.json");
            assertThat(notice.payload()).isEqualTo("{\"v\":1}".getBytes(UTF_8));
        });
    }

    @Test
    void whatIsWrongWithABatchIsNamed() {
        refused(BATCH_KEY, batch(document -> document.remove("payload")), "document's member payload must be text: missing");
        refused(BATCH_KEY, batch(document -> document.putObject("payload")), "document's member payload must be text: OBJECT");
        refused(BATCH_KEY, batch(document -> document.put("payload", "{\"Records\":[]}")), "event has no Records: is the function invoked by a Kinesis mapping?");
        refused(BATCH_KEY, batch(document -> document.put("payload", "{\"Records\":")), "payload is not the event of a Kinesis mapping: ");
        refused(BATCH_KEY, Documents.batch("ingest", Documents.Sent.text("", 7, "a")), "partition key not of 1 to 256 characters: 0");
        refused(BATCH_KEY, Documents.batch("ingest", new Documents.Sent("truck-1", "seven", new byte[1])), "sequence number must be decimal: 'seven'");
        refused(BATCH_KEY, "[]".getBytes(UTF_8), "document must be a JSON object: ARRAY");
        refused(BATCH_KEY, "{\"payload\":".getBytes(UTF_8), "document is not JSON: ");
        refused(BATCH_KEY, new byte[0], "document must be a JSON object: MISSING");
    }

    @Test
    void whatIsWrongWithAMessageIsNamed() {
        byte[] good = Documents.ruleError("millrace_dev_telemetry", "dt/truck-1/truck", "x");
        refused(RULE_KEY, Documents.ruleError("another", "dt/truck-1/truck", "x"), "ruleName must be millrace_dev_telemetry or millrace_dev_notices: 'another'");
        refused(RULE_KEY, changed(good, document -> document.remove("base64OriginalPayload")), "document's member base64OriginalPayload must be text: missing");
        refused(RULE_KEY, changed(good, document -> document.put("base64OriginalPayload", "%%")), "base64OriginalPayload is not base64: ");
        refused("rule-errors/1795000000000-3f0b.json", good, "key must be rule-errors/<thing>/<object>");
        refused("rule-errors/truck 1/3f0b.json", good, "thing name must match [a-zA-Z0-9_-]{1,128}: 'truck 1'");
        refused("timestream-rejected/x", good, "key must begin with aws/lambda/ or rule-errors/");
    }

    private static byte[] batch(Consumer<ObjectNode> change) {
        return changed(Documents.batch("ingest", Documents.Sent.text("truck-1", 7, "a")), change);
    }

    private static byte[] changed(byte[] document, Consumer<ObjectNode> change) {
        try {
            ObjectNode tree = Documents.tree(document);
            change.accept(tree);
            return Documents.bytes(tree);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refused(String key, byte[] body, String message) {
        assertThatThrownBy(() -> reader.read(key, WRITTEN_AT, body)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in = DocumentReaderTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
