package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.events.Samples;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.pipeline.testkit.InMemoryQuarantine;
import dev.millrace.pipeline.testkit.InMemoryStates;
import dev.millrace.pipeline.testkit.InMemoryTimeSeries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

class IngestHandlerTest {
    private static final double ARRIVED_SECONDS = 1_795_000_005.5;
    private final InMemoryTimeSeries timeSeries = new InMemoryTimeSeries();
    private final InMemoryQuarantine quarantine = new InMemoryQuarantine();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void fromTheEventsBytesToTheStoresAndTheMetrics() throws IOException {
        String answer = invoke(timeSeries, record("1", "env-00001", Samples.valid("environment-pack").payload()) + ","
                + record("2", "env-00001", Samples.valid("environment-pack").payload()) + "," + record("3", "env-00001", Samples.invalid().getFirst().payload()));

        assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(timeSeries.readings()).hasSize(3);
        assertThat(quarantine.sequenceNumbers()).containsExactly("3");
        assertThat(log.toString(UTF_8)).contains("\"received\":7,\"accepted\":3,\"duplicate\":3,\"rejected\":1,\"late\":0,\"lost\":0,\"rejected_malformed\":1")
                .contains("\"batch_size\":3,\"retried\":0,").contains("\"iterator_age\":4500").contains("\"latency_p50\":7000")
                .contains("\"hot_store_latency\":").contains("\"quarantine_latency\":").contains("\"states_load_latency\":").contains("\"states_commit_latency\":");
    }

    @Test
    void aReadingCountsOnceInWhicheverFormatItComes() throws IOException {
        String answer = invoke(timeSeries, record("1", "env-00001", Samples.validProtobuf("environment-pack").payload()) + ","
                + record("2", "env-00001", Samples.valid("environment-pack").payload()) + ","
                + record("3", "env-00001", Samples.invalidProtobuf().getFirst().payload()) + "," + record("4", "env-00001", "temp=21".getBytes(UTF_8)));

        assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(timeSeries.readings()).hasSize(3);
        assertThat(quarantine.sequenceNumbers()).containsExactly("3", "4");
        assertThat(log.toString(UTF_8)).contains("\"received\":8,\"accepted\":3,\"duplicate\":3,\"rejected\":2,");
    }

    @Test
    void aSinkThatIsDownMakesTheWholeBatchComeAgainAndCountsNothing() throws IOException {
        TimeSeries down = (_, _) -> new TimeSeries.Stored(List.of(), Map.of("env-00001", "down"));

        assertThat(invoke(down, record("1", "env-00001", Samples.valid("environment-single").payload())))
                .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"1\"}]}");

        assertThat(log.toString(UTF_8)).contains("\"batch_size\":1,\"retried\":1,\"received\":0,");
    }

    @Test
    void itDoesNotStartWithoutTheBoundsOfLedgersOrWithBoundsThatDoNotFit() {
        assertThatIllegalStateException().isThrownBy(() -> handler(Map.of())).withMessageContaining("LEDGER_INTERVALS_MAX is missing");
        assertThatIllegalStateException().isThrownBy(() -> handler(Map.of("LEDGER_INTERVALS_MAX", "128", "LEDGER_EPOCHS_MAX", "four")))
                .withMessageContaining("LEDGER_EPOCHS_MAX must be a whole number: 'four'");
        assertThatIllegalArgumentException().isThrownBy(() -> handler(Map.of("LEDGER_INTERVALS_MAX", "512", "LEDGER_EPOCHS_MAX", "4")))
                .withMessageContaining("4 ledgers of 512 intervals");
    }

    @Test
    void itStartsWithoutAHotStoreOnlyIfThatIsSaid() {
        Map<String, String> without = new TreeMap<>(Map.of("LEDGER_INTERVALS_MAX", "128", "LEDGER_EPOCHS_MAX", "4", "STATES_TABLE", "states", "LAKE_BUCKET", "lake"));

        assertThatIllegalStateException().isThrownBy(() -> handler(without)).withMessageContaining("TIMESTREAM_DATABASE is missing");
        without.put("HOT_STORE", "non");
        assertThatIllegalStateException().isThrownBy(() -> handler(without)).withMessageContaining("HOT_STORE must be none or not be there: 'non'");
    }

    @Test
    void withoutAHotStoreAReadingIsCountedOnceAllTheSame() throws IOException {
        String pack = record("1", "env-00001", Samples.valid("environment-single").payload()) + "," + record("2", "env-00001", Samples.valid("environment-single").payload());

        assertThat(invoke(TimeSeries.NONE, pack)).isEqualTo("{\"batchItemFailures\":[]}");

        assertThat(log.toString(UTF_8)).contains("\"received\":2,\"accepted\":1,\"duplicate\":1,");
    }

    private static IngestHandler handler(Map<String, String> environment) {
        return IngestHandler.over(UrlConnectionHttpClient.create(), environment, System.out, InstantSource.system());
    }

    private String invoke(TimeSeries store, String records) throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(1_795_000_010_000L));
        var consumer = new IngestConsumer(new InMemoryStates(), store, quarantine, Limits.DEFAULT, new EmbeddedMetrics("ingest", new PrintStream(log, true, UTF_8), clock), clock);
        var handler = new IngestHandler(consumer);
        var answer = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(("{\"Records\":[" + records + "]}").getBytes(UTF_8)), answer, null);
        return answer.toString(UTF_8);
    }

    private static String record(String sequenceNumber, String thing, byte[] payload) {
        return "{\"eventID\":\"shardId-0:%s\",\"kinesis\":{\"partitionKey\":\"%s\",\"sequenceNumber\":\"%s\",\"data\":\"%s\",\"approximateArrivalTimestamp\":%s}}"
                .formatted(sequenceNumber, thing, sequenceNumber, Base64.getEncoder().encodeToString(payload), ARRIVED_SECONDS);
    }
}
