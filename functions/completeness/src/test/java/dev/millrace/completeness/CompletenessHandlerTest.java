package dev.millrace.completeness;

import static dev.millrace.completeness.Things.range;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.completeness.CompletenessRow.Missing;
import dev.millrace.events.LakeLayout;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Ledger.Interval;
import dev.millrace.pipeline.Limits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletenessHandlerTest {
    private static final Instant START = Instant.parse("2026-11-27T22:30:00Z");
    private static final String TODAY = "completeness/day=2026-11-27/things.jsonl.gz";
    private static final String MEMORY = "completeness-state/memory.json.gz";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
    private final FakeS3 s3 = new FakeS3();
    private final FakeIot iot = new FakeIot();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private Instant now = START;

    private CompletenessRun run() {
        return new CompletenessRun(new StateScan(dynamoDb, "states", Limits.DEFAULT), new LostNotices(s3, "lake"), new LakeObjects(s3, "lake"),
                new ResendCommands(iot), ResendPolicy.DEFAULT, Limits.DEFAULT.epochsMax(), () -> now);
    }

    private JsonNode invoke(String event) throws IOException {
        var answer = new ByteArrayOutputStream();
        new CompletenessHandler(run(), new EmbeddedMetrics("completeness", new PrintStream(log, true, UTF_8), () -> now))
                .handleRequest(new ByteArrayInputStream(event.getBytes(UTF_8)), answer, null);
        return JSON.readTree(answer.toByteArray());
    }

    private void heard(String thing, Map<Long, List<Interval>> came) {
        dynamoDb.put(Things.state(thing, now.toEpochMilli(), came));
    }

    private void notice(String thing, String name, String payload) {
        s3.put("notices/lost/%s/%s.json".formatted(thing, name), payload.getBytes(UTF_8), now);
    }

    @Test
    void theTableOfTheDayTellsOfEveryThing() throws IOException {
        for (int i = 0; i < 40; i++) {
            heard("whole-%02d".formatted(i), Map.of(1L, List.of(range(1, 100))));
        }
        heard("gaps", Map.of(2L, List.of(range(1, 4), range(10, 20)), 3L, List.of(range(2, 2))));
        notice("gaps", "1", "{\"v\":1,\"thing\":\"gaps\",\"epoch\":2,\"lost\":[[5,6]]}");
        notice("never-came", "1", "{\"v\":1,\"epoch\":1,\"lost\":[[1,3]]}");

        JsonNode report = invoke("{}");

        assertThat(report.get("things").asLong()).isEqualTo(42);
        assertThat(report.get("expected").asLong()).isEqualTo(40 * 100 + 22 + 3);
        assertThat(report.get("missing").asLong()).isEqualTo(4);
        assertThat(report.get("lost").asLong()).isEqualTo(5);
        assertThat(report.get("table").asText()).isEqualTo(TODAY);
        List<CompletenessRow> rows = CompletenessTable.read(s3.get(TODAY));
        assertThat(rows).hasSize(42);
        assertThat(rows).filteredOn(row -> row.thing().equals("gaps")).containsExactly(new CompletenessRow("gaps", START, 22, 16, 4, 2, 0, 16, 3, 2, 0,
                List.of(new Missing(2, 7, 9), new Missing(3, 1, 1))));
        assertThat(rows).filteredOn(row -> row.thing().equals("never-came")).extracting(CompletenessRow::lost).containsExactly(3L);
        assertThat(log.toString(UTF_8)).contains("\"things\":42,\"expected\":4025,\"taken\":4016,\"missing\":4,\"lost\":5,\"given_up\":0,\"gaps\":2,"
                + "\"day_taken\":4016,\"day_expected\":4021,\"asked_ranges\":0,\"asked_readings\":0,\"unanswered\":0");
    }

    @Test
    void aLineHasTheColumnsOfTheTable() throws IOException {
        heard("gaps", Map.of(2L, List.of(range(2, 2))));
        invoke("{}");

        List<String> members = new ArrayList<>();
        JSON.readTree(new GZIPInputStream(new ByteArrayInputStream(s3.get(TODAY)))).fieldNames().forEachRemaining(members::add);

        assertThat(members).isEqualTo(LakeLayout.COMPLETENESS_COLUMNS.stream().map(LakeLayout.Column::name).toList());
    }

    @Test
    void aRunOfTheSameDayReplacesTheTableAndOneOfTheNextDayLeavesIt() throws IOException {
        heard("a", Map.of(1L, List.of(range(2, 5))));
        invoke("{}");
        heard("a", Map.of(1L, List.of(range(1, 9))));
        invoke("{}");
        assertThat(CompletenessTable.read(s3.get(TODAY))).singleElement().extracting(CompletenessRow::taken).isEqualTo(9L);

        now = now.plus(Duration.ofHours(2));
        heard("a", Map.of(1L, List.of(range(1, 20))));
        assertThat(invoke("{}").get("table").asText()).isEqualTo("completeness/day=2026-11-28/things.jsonl.gz");

        assertThat(CompletenessTable.read(s3.get(TODAY))).singleElement().extracting(CompletenessRow::taken).isEqualTo(9L);
    }

    @Test
    void aDeviceIsAskedOnceTheGapIsOverdueAndNotForWhatItGaveUp() throws IOException {
        heard("a", Map.of(7L, List.of(range(1, 4), range(10, 20))));
        notice("a", "1", "{\"v\":1,\"epoch\":7,\"lost\":[[8,9]]}");
        invoke("{}");
        assertThat(iot.published()).isEmpty();

        now = now.plus(Duration.ofHours(1));
        heard("a", Map.of(7L, List.of(range(1, 4), range(10, 20))));
        JsonNode report = invoke("{}");

        assertThat(iot.published()).containsExactly("cmd/a/resend 1 {\"epoch\":7,\"from\":5,\"to\":7}");
        assertThat(report.get("asked").toString()).isEqualTo("[{\"thing\":\"a\",\"epoch\":7,\"from\":5,\"to\":7}]");
        assertThat(report.get("dayExpected").asLong() - report.get("dayTaken").asLong()).as("three overdue, two lost").isEqualTo(5);
        invoke("{}");
        assertThat(iot.published()).as("not at once again").isEmpty();
    }

    @Test
    void anOperatorNeedNotWaitAndSaysHowMuch() throws IOException {
        heard("a", Map.of(1L, List.of(range(100, 100))));

        invoke("{\"graceSeconds\":0,\"readingsMax\":10}");

        assertThat(iot.published()).containsExactly("cmd/a/resend 1 {\"epoch\":1,\"from\":1,\"to\":10}");
    }

    @Test
    void aNoticeIsFetchedOnceAndNotForgotten() throws IOException {
        for (int i = 0; i < 5; i++) {
            notice("a", "early-" + i, "{\"v\":1,\"epoch\":7,\"lost\":[[%d,%d]]}".formatted(10 * i + 1, 10 * i + 2));
        }
        assertThat(invoke("{}").get("lost").asLong()).isEqualTo(10);
        now = now.plus(Duration.ofHours(1));
        notice("a", "late", "{\"v\":1,\"epoch\":7,\"lost\":[[60,60]]}");
        assertThat(invoke("{}").get("lost").asLong()).isEqualTo(11);
        now = now.plus(Duration.ofHours(1));
        long before = s3.gets();

        assertThat(invoke("{}").get("lost").asLong()).isEqualTo(11);

        assertThat(s3.gets() - before).as("the memory, and the youngest notice for the sake of its like").isEqualTo(2);
    }

    @Test
    void whatCannotBeReadIsNamedAfterTheRestIsDone() {
        heard("a", Map.of(1L, List.of(range(1, 4), range(6, 6))));
        dynamoDb.putBody("damaged", new byte[] {9});
        notice("a", "bad", "{");

        assertThatIOException().isThrownBy(() -> invoke("{\"graceSeconds\":0}"))
                .withMessageContaining("2 failures").withMessageContaining("state of damaged").withMessageContaining("notices/lost/a/bad.json");

        assertThat(iot.published()).hasSize(1);
        assertThat(s3.get(TODAY)).isNotNull();
        assertThat(log.toString(UTF_8)).contains("\"missing\":1");
    }

    @Test
    void aCloudThatRefusesCommandsIsToldOfAndNotAskedTheMore() throws IOException {
        heard("a", Map.of(1L, List.of(range(5, 5))));
        iot.forbid();
        assertThatIOException().isThrownBy(() -> invoke("{\"graceSeconds\":0}")).withMessageContaining("forbidden");

        assertThat(invoke("{\"graceSeconds\":0}").get("asked")).isEmpty();
    }

    @Test
    void halfATableIsNotWritten() {
        for (int i = 0; i < 40; i++) {
            heard("thing-%02d".formatted(i), Map.of(1L, List.of(range(1, 100))));
        }
        Deadline tooLate = () -> 60_000;

        assertThatIllegalStateException().isThrownBy(() -> run().run(new Request(Optional.empty(), Optional.empty()), tooLate))
                .withMessageContaining("not all states were read");
        assertThat(s3.get(TODAY)).isNull();
        assertThat(s3.get(MEMORY)).isNull();
    }

    @Test
    void aDamagedMemoryIsNotTakenForNone() {
        s3.put(MEMORY, "{".getBytes(UTF_8), now);

        assertThatIllegalStateException().isThrownBy(() -> invoke("{}")).withMessageContaining("s3://lake/completeness-state/memory.json.gz is no JSON in gzip")
                .withMessageContaining("delete it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nonsense                     | event is not JSON
            []                           | event must be a JSON object
            {"graceSeconds":-1}          | graceSeconds must be a whole number from 0 to 86400: -1
            {"graceSeconds":"0"}         | graceSeconds must be a whole number from 0 to 86400: "0"
            {"readingsMax":1000001}      | readingsMax must be a whole number from 0 to 1000000: 1000001
            {"graceSecond":0}            | event may have [graceSeconds, readingsMax]: 'graceSecond'
            {"readingsMax":1} {}         | event is not JSON
            """)
    void aWrongWishIsRefused(String event, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> invoke(event)).withMessageContaining(message);
    }
}
