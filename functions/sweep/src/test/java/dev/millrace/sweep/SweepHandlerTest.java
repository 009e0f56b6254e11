package dev.millrace.sweep;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kinesis.EmbeddedMetrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SweepHandlerTest {
    private static final long NOW = 1_795_000_000_000L;
    private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
    private final FakeKinesis kinesis = new FakeKinesis();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Test
    void anIdleThingGetsASweepUnderItsOwnKey() throws IOException {
        dynamoDb.put("idle", NOW - 1);
        dynamoDb.put("idle-from-now", NOW);
        dynamoDb.put("idle-soon", NOW + 1);
        dynamoDb.put("no-open-pane", 0);

        String answer = invoke();

        assertThat(answer).isEmpty();
        assertThat(kinesis.records()).containsExactlyInAnyOrder("telemetry idle sweep/1", "telemetry idle-from-now sweep/1");
        assertThat(log.toString(UTF_8)).contains("\"function\":\"sweep\",\"scanned\":4,\"idle\":2,\"swept\":2,\"failed\":0,\"unfinished\":0");
    }

    @Test
    void everyPageOfEverySegmentIsReadAndWhatIsThrottledIsPutAgain() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            dynamoDb.put("thing-" + i, NOW - i);
            expected.add("telemetry thing-%d sweep/1".formatted(i));
        }
        kinesis.throttleOnce("thing-3");
        kinesis.throttleOnce("thing-599");

        invoke();

        assertThat(kinesis.records()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(log.toString(UTF_8)).contains("\"scanned\":600,\"idle\":600,\"swept\":600,\"failed\":0");
    }

    private String invoke() throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW));
        var sweeper = new Sweeper(new DynamoDbIdleThings(dynamoDb, "states"), new KinesisSweepStream(kinesis, "telemetry"), clock, new SplittableRandom(1), _ -> { });
        var answer = new ByteArrayOutputStream();
        new SweepHandler(sweeper, new EmbeddedMetrics("sweep", new PrintStream(log, true, UTF_8), clock))
                .handleRequest(new ByteArrayInputStream("{}".getBytes(UTF_8)), answer, null);
        return answer.toString(UTF_8);
    }
}
