package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Sweep;
import dev.millrace.redrive.Documents.Sent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedriveHandlerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULED = "{\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\"}";

    private Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final FakeS3 s3 = new FakeS3(now);
    private final FakeKinesis kinesis = new FakeKinesis();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void recordsOfABatchGoBackUnderTheirKeysByteForByteAndTheirDocumentGoes() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "{\"a\":1}"), Sent.text("truck-2", 8, "{\"b\":2}"));

        JsonNode report = invoke("{}");

        assertThat(puts()).containsExactly("truck-1 {\"a\":1}", "truck-2 {\"b\":2}");
        assertThat(documents()).isEmpty();
        assertThat(counts(report)).contains("documents=1 ", "records=2 ", "redriven=2 ", "copies=2 ", "left=0 ");
        assertThat(report.get("isComplete").asBoolean()).isTrue();
        assertThat(log.toString(UTF_8)).contains("\"function\":\"redrive\",\"documents\":1,\"waiting\":0,\"records\":2,\"redriven\":2");
        assertThat(invoke("{}").get("records").asLong()).as("there is nothing left").isZero();
    }

    @Test
    void aMessageThatItsRuleCouldNotHandOnGoesIntoTheStreamUnderItsThing() throws IOException {
        s3.put("failures/rule-errors/truck-1/1795-a.json", Documents.ruleError("telemetry_rule", "dt/truck-1/truck", "{\"a\":1}"));

        invoke("{}");

        assertThat(puts()).containsExactly("truck-1 {\"a\":1}");
        assertThat(documents()).isEmpty();
    }

    @Test
    void aNoticeThatItsRuleCouldNotHandOnGoesIntoTheLake() throws IOException {
        s3.put("failures/rule-errors/truck-1/1795-a.json", Documents.ruleError("notices_rule", "dt/truck-1/lost", "{\"v\":1}"));

        assertThat(counts(invoke("{}"))).contains("notices=1 ");

        assertThat(puts()).isEmpty();
        assertThat(s3.text("lake/notices/lost/truck-1/1795-a.json")).isEqualTo("{\"v\":1}");
        assertThat(documents()).isEmpty();
    }

    @Test
    void whatBothFunctionsGaveUpIsPutOnceInOneRunOrInTwo() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));
        batch("archive-1", "archive", Sent.text("truck-1", 7, "a"));
        assertThat(counts(invoke("{}"))).contains("records=2 ", "redriven=2 ", "copies=1 ");

        batch("archive-2", "archive", Sent.text("truck-1", 7, "a"));
        assertThat(counts(invoke("{}"))).contains("records=1 ", "covered=1 ", "copies=0 ");

        assertThat(puts()).containsExactly("truck-1 a");
        assertThat(documents()).isEmpty();
    }

    @Test
    void theSameBytesOfTwoThingsAreTwoRecords() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "1a"), Sent.text("truck-11", 8, "a"), Sent.text("truck-2", 9, "a"));

        invoke("{}");

        assertThat(puts()).containsExactly("truck-1 1a", "truck-11 a", "truck-2 a");
    }

    @Test
    void whatIsGivenUpAgainAndAgainEndsInQuarantineWithItsHistory() throws IOException {
        String sequenceNumber = "7";
        for (int round = 1; round <= Redriver.COPIES_MAX; round++) {
            batch("ingest-" + round, "ingest", new Sent("truck-1", sequenceNumber, "poison".getBytes(UTF_8)));
            assertThat(counts(invoke("{}"))).contains("redriven=1 ", "quarantined=0 ");
            sequenceNumber = kinesis.puts().getLast().position().sequenceNumber();
        }
        batch("ingest-4", "ingest", new Sent("truck-1", sequenceNumber, "poison".getBytes(UTF_8)));
        batch("archive-4", "archive", new Sent("truck-1", sequenceNumber, "poison".getBytes(UTF_8)));

        assertThat(counts(invoke("{\"dryRun\":true}"))).contains("quarantined=2 ", "copies=0 ");
        assertThat(counts(invoke("{}"))).contains("records=2 ", "quarantined=2 ", "redriven=0 ", "copies=0 ");

        assertThat(kinesis.puts()).hasSize(3);
        assertThat(documents()).isEmpty();
        List<String> quarantined = s3.keys("lake/quarantine/");
        assertThat(quarantined).singleElement().asString().startsWith("lake/quarantine/arrival_date=2026-11-18/arrival_hour=");
        JsonNode line = JSON.readTree(s3.text(quarantined.getFirst()));
        assertThat(line.get("thing").asText()).isEqualTo("truck-1");
        assertThat(line.get("reason").asText()).isEqualTo("given_up");
        assertThat(line.get("payload_base64").binaryValue()).isEqualTo("poison".getBytes(UTF_8));
        assertThat(line.get("sequence_number").asText()).isEqualTo(sequenceNumber);
        assertThat(line.get("detail").asText()).startsWith("given up 5 times, put into the stream again 3 times (2026-11-27T12:00:00Z, ")
                .contains("2026-11-27T00:38:06.021Z archive: RetryAttemptsExhausted after 21 invocations, function error Unhandled");
    }

    @Test
    void whatTheDeviceSendsAgainAfterARedriveIsPutAgain() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));
        invoke("{}");
        batch("ingest-2", "ingest", Sent.text("truck-1", 5_000, "a"));

        assertThat(counts(invoke("{}"))).contains("redriven=1 ");
        assertThat(puts()).containsExactly("truck-1 a", "truck-1 a");
    }

    /// The function may end between any two of its calls.
    @ParameterizedTest
    @ValueSource(strings = {"put failures/redriven/", "delete failures/aws/lambda/", "put lake/notices/", "delete failures/rule-errors/truck-2/"})
    void aRunThatEndsHalfwayLosesNothingAndTheNextOneFinishesIt(String call) throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"), Sent.text("truck-1", 8, "b"));
        s3.put("failures/rule-errors/truck-2/1795-a.json", Documents.ruleError("notices_rule", "dt/truck-2/lost", "notice"));
        s3.failOnce(call);

        assertThatThrownBy(() -> invoke("{}")).hasMessageContaining("does not come through: " + call);
        assertThat(documents()).as("what is not done is still there").isNotEmpty();
        invoke("{}");

        assertThat(puts()).contains("truck-1 a", "truck-1 b");
        assertThat(s3.text("lake/notices/lost/truck-2/1795-a.json")).isEqualTo("notice");
        assertThat(documents()).isEmpty();
    }

    @Test
    void aDocumentThatCouldNotBeDeletedIsNotPutAgain() throws IOException {
        s3.put("failures/rule-errors/truck-1/1795-a.json", Documents.ruleError("telemetry_rule", "dt/truck-1/truck", "a"));
        s3.failOnce("delete ");
        assertThatThrownBy(() -> invoke("{}")).hasMessageContaining("does not come through");

        assertThat(counts(invoke("{}"))).contains("covered=1 ", "copies=0 ");
        assertThat(puts()).containsExactly("truck-1 a");
    }

    @Test
    void whatEndsBeforeQuarantineHoldsItIsStillThere() throws IOException {
        String sequenceNumber = "7";
        for (int round = 0; round <= Redriver.COPIES_MAX; round++) {
            batch("ingest-" + round, "ingest", new Sent("truck-1", sequenceNumber, new byte[] {1}));
            if (round < Redriver.COPIES_MAX) {
                invoke("{}");
                sequenceNumber = kinesis.puts().getLast().position().sequenceNumber();
            }
        }
        s3.failOnce("put lake/quarantine/");
        assertThatThrownBy(() -> invoke("{}")).isInstanceOf(IOException.class).hasMessageStartingWith("quarantine: ");
        s3.failOnce("put failures/redriven/");
        assertThatThrownBy(() -> invoke("{}")).hasMessageContaining("does not come through");

        assertThat(counts(invoke("{}"))).contains("quarantined=1 ");
        assertThat(s3.keys("lake/quarantine/")).as("one, however often it was written").hasSize(1);
        assertThat(documents()).isEmpty();
    }

    @Test
    void whatTheStreamRefusesStaysAndIsTakenByTheNextRun() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"), Sent.text("truck-2", 8, "b"));
        kinesis.refuse("truck-2"::equals);

        JsonNode report = invoke("{}");

        assertThat(counts(report)).contains("redriven=1 ", "left=1 ");
        assertThat(report.get("isComplete").asBoolean()).isFalse();
        assertThat(documents()).hasSize(1);

        kinesis.refuse(_ -> false);
        assertThat(counts(invoke("{}"))).contains("covered=1 ", "redriven=1 ", "left=0 ");
        assertThat(puts()).containsExactly("truck-1 a", "truck-2 b");
        assertThat(documents()).isEmpty();
    }

    @Test
    void aRunPutsNoMoreThanItIsAskedForAndTheNextOneGoesOn() throws IOException {
        batch("ingest-1", "ingest", IntStream.range(0, 5).mapToObj(number -> Sent.text("truck-1", 7 + number, "a" + number)).toArray(Sent[]::new));
        batch("ingest-2", "ingest", Sent.text("truck-1", 20, "b"));

        JsonNode first = invoke("{\"max\":3}");
        assertThat(first.get("isComplete").asBoolean()).isFalse();
        assertThat(puts()).containsExactly("truck-1 a0", "truck-1 a1", "truck-1 a2");
        assertThat(documents()).hasSize(2);

        assertThat(invoke("{\"max\":3}").get("isComplete").asBoolean()).isTrue();
        assertThat(puts()).containsExactly("truck-1 a0", "truck-1 a1", "truck-1 a2", "truck-1 a3", "truck-1 a4", "truck-1 b");
        assertThat(documents()).isEmpty();
    }

    @Test
    void manyDocumentsAreTakenPageByPage() throws IOException {
        for (int i = 0; i < 600; i++) {
            s3.put("failures/rule-errors/truck-%d/1795-a.json".formatted(i), Documents.ruleError("telemetry_rule", "dt/truck-" + i + "/truck", "a"));
        }

        assertThat(counts(invoke("{}"))).contains("documents=600 ", "copies=600 ");
        assertThat(kinesis.puts()).hasSize(600);
        assertThat(documents()).isEmpty();
    }

    @Test
    void aPrefixLeavesTheOthersAlone() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));
        s3.put("failures/rule-errors/truck-1/1795-a.json", Documents.ruleError("telemetry_rule", "dt/truck-1/truck", "b"));
        s3.put("failures/rule-errors/truck-11/1795-a.json", Documents.ruleError("telemetry_rule", "dt/truck-11/truck", "c"));

        invoke("{\"prefix\":\"rule-errors/truck-1/\"}");

        assertThat(puts()).containsExactly("truck-1 b");
    }

    @Test
    void aDryRunSaysWhatWouldHappenAndChangesNothing() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"), Sent.text("truck-2", 8, "b"));
        batch("archive-1", "archive", Sent.text("truck-1", 7, "a"));
        s3.put("failures/rule-errors/truck-1/1795-a.json", Documents.ruleError("notices_rule", "dt/truck-1/lost", "c"));
        s3.put("failures/rule-errors/truck-1/1796-b.json", Documents.ruleError("telemetry_rule", "dt/truck-1/truck", "a"));
        List<String> before = s3.keys("");

        JsonNode report = invoke("{\"dryRun\":true}");

        assertThat(report.get("dryRun").asBoolean()).isTrue();
        assertThat(counts(report)).contains("documents=4 ", "records=4 ", "copies=2 ", "notices=1 ");
        assertThat(puts()).isEmpty();
        assertThat(s3.keys("")).isEqualTo(before);
        assertThat(log.toString(UTF_8)).as("no metric of what has not happened").isEmpty();
    }

    @Test
    void aScheduleLeavesADocumentUntilSomebodyHadTimeToMendTheCause() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));
        now = now.plus(Redriver.SETTLED_AFTER).minus(Duration.ofSeconds(1));
        batch("ingest-2", "ingest", Sent.text("truck-1", 8, "b"));

        assertThat(counts(invoke(SCHEDULED))).contains("waiting=2 ", "documents=0 ");
        now = now.plusSeconds(1);
        assertThat(counts(invoke(SCHEDULED))).contains("waiting=1 ", "documents=1 ");

        assertThat(puts()).containsExactly("truck-1 a");
    }

    @Test
    void sweepsAreLeftOut() throws IOException {
        batch("ingest-1", "ingest", new Sent("truck-1", "7", Sweep.payload()), Sent.text("truck-1", 8, "a"));
        batch("ingest-2", "ingest", new Sent("truck-2", "9", Sweep.payload()));

        assertThat(counts(invoke("{}"))).contains("records=3 ", "sweeps=2 ", "redriven=1 ");

        assertThat(puts()).containsExactly("truck-1 a");
        assertThat(documents()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsNamedAndStaysWhereItIsAndTheRestIsTaken() throws IOException {
        s3.put("failures/aws/lambda/m/ingest-0", "{\"requestContext\":{}}".getBytes(UTF_8));
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));

        JsonNode report = invoke("{}");

        assertThat(report.get("unreadableDocuments")).singleElement().satisfies(text -> assertThat(text.asText())
                .isEqualTo("aws/lambda/m/ingest-0: document's member payload must be text: missing"));
        assertThat(log.toString(UTF_8)).contains("\"unreadable\":1");
        assertThat(puts()).containsExactly("truck-1 a");
        assertThat(documents()).containsExactly("failures/aws/lambda/m/ingest-0");
    }

    @Test
    void withAHistoryThatCannotBeReadNobodyKnowsHowOftenItWas() throws IOException {
        batch("ingest-1", "ingest", Sent.text("truck-1", 7, "a"));
        invoke("{}");
        String history = s3.keys("failures/redriven/").getFirst();
        s3.put(history, "{}".getBytes(UTF_8));
        batch("ingest-2", "ingest", new Sent("truck-1", kinesis.puts().getFirst().position().sequenceNumber(), "a".getBytes(UTF_8)));

        JsonNode report = invoke("{}");

        assertThat(report.get("unreadableDocuments").get(0).asText()).isEqualTo(history.replace("failures/", "") + ": history has no failures");
        assertThat(puts()).hasSize(1);
        assertThat(documents()).hasSize(1);
    }

    private void batch(String name, String function, Sent... records) {
        s3.setNow(now);
        s3.put("failures/aws/lambda/m/" + name, Documents.batch(function, records));
    }

    /// What is still to be done.
    private List<String> documents() {
        return s3.keys("failures/").stream().filter(key -> !key.startsWith("failures/redriven/")).toList();
    }

    private List<String> puts() {
        return kinesis.puts().stream().map(put -> put.partitionKey() + " " + put.text()).toList();
    }

    private static String counts(JsonNode report) {
        var text = new StringBuilder();
        report.properties().forEach(member -> text.append(member.getKey()).append('=').append(member.getValue()).append(' '));
        return text.toString();
    }

    private JsonNode invoke(String event) throws IOException {
        var redriver = new Redriver(new Redriver.Parts(new FailuresBucket(s3, "failures"), new DocumentReader("telemetry_rule", "notices_rule"),
                new PacedStream(kinesis, "telemetry", new SplittableRandom(1), _ -> { }), new NoticesFolder(s3, "lake"), new S3Quarantine(s3, "lake"), () -> now));
        var answer = new ByteArrayOutputStream();
        new RedriveHandler(redriver, new EmbeddedMetrics("redrive", new PrintStream(log, true, UTF_8), () -> now))
                .handleRequest(new ByteArrayInputStream(event.getBytes(UTF_8)), answer, null);
        return JSON.readTree(answer.toByteArray());
    }
}
