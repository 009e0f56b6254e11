package dev.millrace.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Samples;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiveHandlerTest {
    private final List<String> landed = new ArrayList<>();
    private final Lake lake = (batch, type, readings) -> landed.add("%s %s %d".formatted(batch.name(), type.name(), readings.size()));
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void eachTypeOfABatchLandsInOneObjectRepeatsIncluded() throws IOException {
        String answer = invoke(lake, record("1", "env-00001", Samples.valid("environment-pack")) + "," + record("2", "truck-00042", Samples.valid("truck-single"))
                + "," + record("3", "env-00001", Samples.valid("environment-pack")));

        assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(landed).containsExactly("shardId-0-1-3 environment 6", "shardId-0-1-3 truck 1");
        assertThat(log.toString(UTF_8)).contains("\"landed\":7,\"rejected\":0,\"objects\":2");
    }

    @Test
    void readingsOfBothFormatsLandInTheSameObject() throws IOException {
        invoke(lake, record("1", "env-00001", Samples.valid("environment-single")) + "," + record("2", "env-00001", Samples.validProtobuf("environment-pack"))
                + "," + record("3", "env-00001", Samples.invalidProtobuf().getFirst()));

        assertThat(landed).containsExactly("shardId-0-1-3 environment 4");
        assertThat(log.toString(UTF_8)).contains("\"landed\":4,\"rejected\":1,\"objects\":1");
    }

    @Test
    void whatIsRejectedDoesNotLandAndDoesNotBlock() throws IOException {
        String answer = invoke(lake, record("1", "somebody-else", Samples.valid("truck-single")) + "," + record("2", "truck-00042", Samples.invalid().getFirst()));

        assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(landed).isEmpty();
        assertThat(log.toString(UTF_8)).contains("\"landed\":0,\"rejected\":2,\"objects\":0");
    }

    @Test
    void aLakeThatIsDownMakesTheWholeBatchComeAgain() throws IOException {
        Lake down = (_, _, _) -> {
            throw new SinkUnavailable("down", null);
        };

        assertThat(invoke(down, record("1", "truck-00042", Samples.valid("truck-single")))).isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"1\"}]}");
        assertThat(log.toString(UTF_8)).isEmpty();
    }

    private String invoke(Lake target, String records) throws IOException {
        var metrics = new EmbeddedMetrics("archive", new PrintStream(log, true, UTF_8), InstantSource.fixed(Instant.EPOCH));
        var answer = new ByteArrayOutputStream();
        new ArchiveHandler(new ArchiveConsumer(target, metrics)).handleRequest(new ByteArrayInputStream(("{\"Records\":[" + records + "]}").getBytes(UTF_8)), answer, null);
        return answer.toString(UTF_8);
    }

    private static String record(String sequenceNumber, String thing, Samples.Sample sample) {
        return "{\"eventID\":\"shardId-0:%s\",\"kinesis\":{\"partitionKey\":\"%s\",\"sequenceNumber\":\"%s\",\"data\":\"%s\",\"approximateArrivalTimestamp\":1795000005.5}}"
                .formatted(sequenceNumber, thing, sequenceNumber, Base64.getEncoder().encodeToString(sample.payload()));
    }
}
