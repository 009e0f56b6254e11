package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.testkit.InMemoryTimeSeries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompactHandlerTest {
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final Instant NOW = Instant.parse("2026-11-27T10:20:00Z");

    private final FaultyStorage storage = new FaultyStorage(() -> NOW);
    private final MemoryCatalog catalog = new MemoryCatalog(storage);
    private final LandedFiles trucks = new LandedFiles(TRUCK, storage);
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CompactHandler handler = new CompactHandler(
            new LakeCompaction(catalog, "lake", "bucket", List.of(TRUCK), _ -> trucks, new InMemoryTimeSeries(), 16 << 20, Duration.ofHours(24), () -> NOW),
            new EmbeddedMetrics("compact", new PrintStream(log, true, StandardCharsets.UTF_8), InstantSource.system()));
    private final List<JsonNode> answers = new ArrayList<>();
    private HttpServer cloudFormation;

    @BeforeEach
    void listen() throws IOException {
        cloudFormation = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cloudFormation.createContext("/", exchange -> {
            answers.add(Request.JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 200 : 405, -1);
            exchange.close();
        });
        cloudFormation.start();
    }

    @AfterEach
    void stop() {
        cloudFormation.stop(0);
    }

    private String deploy(String requestType) throws IOException {
        return ask("""
                {"RequestType":"%s","ResponseURL":"http://127.0.0.1:%d/answer","StackId":"arn:stack","RequestId":"r-1","LogicalResourceId":"Tables"}"""
                .formatted(requestType, cloudFormation.getAddress().getPort()));
    }

    private String ask(String event) throws IOException {
        var answer = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), answer, null);
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static Landed landed(long seq, Instant arrived) {
        return new Landed(new Reading(new ReadingId("truck-1", 1, seq), arrived.toEpochMilli() - 1_000 + seq, new TreeMap<>(Map.of("speed_kmh", 50.0))), arrived.toEpochMilli());
    }

    @Test
    void aDeploymentMakesTheTablesAndTellsCloudFormation() throws IOException {
        deploy("Create");

        assertThat(catalog.tableExists(TableIdentifier.of("lake", "truck_readings"))).isTrue();
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().toString()).isEqualTo("{\"Status\":\"SUCCESS\",\"PhysicalResourceId\":\"millrace-lake-tables\","
                + "\"StackId\":\"arn:stack\",\"RequestId\":\"r-1\",\"LogicalResourceId\":\"Tables\"}");
    }

    @Test
    void aDeletedStackLeavesTheTables() throws IOException {
        deploy("Create");
        deploy("Delete");

        assertThat(answers.getLast().get("Status").asText()).isEqualTo("SUCCESS");
        assertThat(catalog.tableExists(TableIdentifier.of("lake", "truck_readings"))).isTrue();
    }

    @Test
    void aDeploymentThatFailsSaysWhy() throws IOException {
        storage.setFault(call -> {
            throw new IllegalStateException("no access to " + call);
        });

        deploy("Create");

        assertThat(answers.getFirst().get("Status").asText()).isEqualTo("FAILED");
        assertThat(answers.getFirst().get("Reason").asText()).startsWith("the lake's tables cannot be made: no access to ");
    }

    @Test
    void aRunReportsWhatItDid() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        trucks.land(List.of(landed(1, hourBefore), landed(2, hourBefore), landed(2, hourBefore)), hourBefore.toEpochMilli());
        trucks.land(List.of(landed(3, NOW)), NOW.toEpochMilli());

        JsonNode truck = Request.JSON.readTree(ask("{}")).get(0);

        assertThat(truck.get("objects").asLong()).as("the hour of now is open").isEqualTo(1);
        assertThat(truck.get("rowsIn").asLong()).isEqualTo(3);
        assertThat(truck.get("duplicates").asLong()).isEqualTo(1);
        assertThat(truck.get("rowsOut").asLong()).isEqualTo(2);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"rows_in\":3", "\"duplicates\":1");
        assertThat(trucks.marked()).hasSize(1);

        assertThat(Request.JSON.readTree(ask("{\"includeOpenHours\":true}")).get(0).get("rowsOut").asLong()).isEqualTo(1);
    }

    @Test
    void anObjectThatCannotBeReadKeepsNoOtherOutIsNeverMarkedAndFailsTheRun() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        String bad = "arrival_date=2026-11-27/arrival_hour=09/a-bad-one.parquet";
        trucks.put(bad, "no parquet".getBytes(StandardCharsets.UTF_8));
        trucks.land(List.of(landed(1, hourBefore)), hourBefore.toEpochMilli());

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask("{}"))
                .withMessageStartingWith("compaction is not complete: truck: " + bad + " is not a Parquet file: ");

        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"rows_in\":1", "\"unreadable\":1");
        assertThat(trucks.marked()).hasSize(1).doesNotContain(bad);
    }

    @Test
    void anObjectUnderNoHourKeepsNoOtherOutAndIsNamed() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        trucks.put("put-here-by-hand.parquet", "whatever".getBytes(StandardCharsets.UTF_8));
        trucks.land(List.of(landed(1, hourBefore)), hourBefore.toEpochMilli());

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask("{\"includeOpenHours\":true}"))
                .withMessage("compaction is not complete: truck: put-here-by-hand.parquet is under no hour of arrival, expected arrival_date=yyyy-MM-dd/arrival_hour=HH/");

        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"rows_in\":1", "\"unreadable\":1");
    }

    @Test
    void whatAnOperatorPutsBackIntoAFinalHourIsTakenWhenHeAsks() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        Instant weekBefore = NOW.minus(Duration.ofDays(7));
        trucks.land(List.of(landed(2, hourBefore)), hourBefore.toEpochMilli());
        ask("{}");
        trucks.land(List.of(landed(1, weekBefore)), weekBefore.toEpochMilli());

        assertThat(Request.JSON.readTree(ask("{}")).get(0).get("rowsOut").asLong()).as("nobody looks there").isZero();
        assertThat(Request.JSON.readTree(ask("{\"includeFinalHours\":true}")).get(0).get("rowsOut").asLong()).isEqualTo(1);
        assertThat(Request.JSON.readTree(ask("{\"includeFinalHours\":true}")).get(0).get("objects").asLong()).as("it has its mark now").isZero();
    }

    /// After an answer that was lost, nobody knows whether the table names the new files.
    @Test
    void aCommitWhoseAnswerIsLostKeepsItsFiles() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        trucks.land(List.of(landed(1, hourBefore)), hourBefore.toEpochMilli());
        deploy("Create");
        storage.setFault(call -> {
            if (call.equals("table updated")) {
                throw new IllegalStateException("the answer is lost");
            }
        });
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> ask("{}")).withMessageContaining("the answer is lost");
        storage.setFault(_ -> {
        });

        assertThat(storage.files()).filteredOn(file -> file.endsWith(".parquet") && file.contains("/readings/")).hasSize(1);
        JsonNode truck = Request.JSON.readTree(ask("{}")).get(0);
        assertThat(truck.get("objects").asLong()).as("the commit had come through").isZero();
        assertThat(catalog.loadTable(TableIdentifier.of("lake", "truck_readings")).currentSnapshot().summary()).containsEntry("total-records", "1");
        assertThat(trucks.marked()).as("what the first run could not mark").hasSize(1);
    }

    /// Trino would make a split of each row group, and read the whole footer for each.
    @Test
    void theMetadataNameNoOffsetsToSplitAFileAt() throws IOException {
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        trucks.land(List.of(landed(1, hourBefore)), hourBefore.toEpochMilli());
        ask("{}");

        try (var files = catalog.loadTable(TableIdentifier.of("lake", "truck_readings")).newScan().planFiles()) {
            assertThat(files).hasSize(1).allSatisfy(task -> assertThat(task.file().splitOffsets()).isNull());
        }
    }

    @Test
    void aNewMeasureIsANewColumnAndOldFilesStayReadable() throws IOException {
        DeviceType before = withMeasures(TRUCK.measures().subList(0, 3));
        Instant hourBefore = NOW.minus(Duration.ofHours(1));
        var old = new LandedFiles(before, storage);
        old.land(List.of(landed(1, hourBefore)), hourBefore.toEpochMilli());
        new LakeCompaction(catalog, "lake", "bucket", List.of(before), _ -> old, new InMemoryTimeSeries(), 16 << 20, Duration.ofHours(24), () -> NOW)
                .run(Request.Compact.CLOSED_HOURS, dev.millrace.pipeline.Deadline.NONE);
        old.land(List.of(landed(2, hourBefore)), hourBefore.toEpochMilli());
        old.objects().forEach((key, bytes) -> {
            if (!old.marked().contains(key)) {
                trucks.put(key, bytes);
            }
        });

        deploy("Update");
        ask("{}");

        List<String> columns = catalog.loadTable(TableIdentifier.of("lake", "truck_readings")).schema().columns().stream().map(column -> column.name()).toList();
        assertThat(columns).startsWith("thing", "epoch", "seq", "taken_at", "arrived_at", "speed_kmh", "rpm", "coolant_c", "other_measures", "fuel_pct");
        assertThat(catalog.loadTable(TableIdentifier.of("lake", "truck_readings")).currentSnapshot().summary()).containsEntry("total-records", "2");
    }

    private static DeviceType withMeasures(List<DeviceType.Measure> measures) {
        return new DeviceType(TRUCK.name(), TRUCK.title(), measures, TRUCK.pane(), TRUCK.allowedLateness(), TRUCK.maxAge(), TRUCK.maxSkew());
    }
}
