package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.kinesis.Await;
import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamFeeder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way: a stream, a mapping, and a function from its zip in a process of its own.
final class StreamToFunctionTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:records";

    @TempDir
    private Path directory;
    private final LocalKinesis kinesis = new LocalKinesis("eu-west-1", "123456789012", InstantSource.system());
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private StreamFeeder feeder;
    private LambdaHost host;
    private EventSourceMapping mapping;
    private Path output;

    @BeforeEach
    void start() throws Exception {
        output = directory.resolve("output.txt");
        feeder = new StreamFeeder(kinesis);
        kinesis.createStream("s", 2, Duration.ofDays(1));
        host = new LambdaHost(new LambdaHost.Settings("eu-west-1", directory.resolve("work"),
                RuntimeInterfaceClient.onClassPath(), 4, Map.of()), _ -> { }, InstantSource.system());
    }

    private void map(int batchSize, Duration timeout) throws Exception {
        host.deploy(new FunctionSpec("records", FUNCTION_ARN, FunctionZip.withLibrary(directory),
                "example.RecordFunction::handleRequest", 256, timeout, Map.of("OUTPUT", output.toString())));
        var settings = new EventSourceMapping.Settings("11111111-2222-3333-4444-555555555555", "records", FUNCTION_ARN, "s",
                "arn:aws:kinesis:eu-west-1:123456789012:stream/s", batchSize, Duration.ZERO, 1,
                new StartingPosition.TrimHorizon(), 1, Duration.ofSeconds(-1), true, true, Optional.of("failed"));
        var pace = new EventSourceMapping.Pace(Duration.ofMillis(250), Duration.ofMillis(1), Duration.ofMillis(20), false);
        mapping = new EventSourceMapping(settings, pace, kinesis, host,
                (bucket, key, body) -> objects.put(bucket + "/" + key, body), InstantSource.system(), new SplittableRandom(1));
    }

    @AfterEach
    void stop() {
        if (mapping != null) {
            mapping.close();
        }
        host.close();
        feeder.close();
    }

    private void awaitIdle() throws Exception {
        Await.until("mapping is idle", SOON, mapping::isIdle);
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "r" + i).toList();
    }

    @Test
    void recordsReachTheFunction() throws Exception {
        map(25, Duration.ofSeconds(30));
        feeder.put("s", texts(200));
        awaitIdle();

        assertThat(Files.readAllLines(output)).containsExactlyInAnyOrderElementsOf(texts(200));
        assertThat(mapping.metrics().settled()).isEqualTo(200);
        assertThat(mapping.metrics().failures()).isZero();
        assertThat(host.coldStarts()).as("one for each shard at most").hasSizeBetween(1, 2);
    }

    @Test
    void afterAKillInMidInvocationTheBatchIsDeliveredAgain() throws Exception {
        map(10, Duration.ofSeconds(60));
        feeder.put("s", List.of("r0", "hang-once-kill", "r1"));
        Await.until("the function hangs", SOON, () -> Files.exists(directory.resolve("hang-once-kill")));
        List<EnvironmentView> before = host.environments().stream().filter(EnvironmentView::busy).toList();
        assertThat(before).isNotEmpty();
        before.forEach(environment -> ProcessHandle.of(environment.pid()).orElseThrow().destroyForcibly());
        awaitIdle();

        assertThat(Files.readAllLines(output)).contains("r0", "hang-once-kill", "r1");
        assertThat(mapping.metrics().failures()).isPositive();
        assertThat(mapping.metrics().dropped()).isZero();
        assertThat(objects).isEmpty();
    }

    @Test
    void afterATimeoutTheBatchIsDeliveredAgain() throws Exception {
        map(10, Duration.ofSeconds(3));
        feeder.put("s", List.of("hang-once-time"));
        awaitIdle();

        assertThat(Files.readAllLines(output)).containsExactly("hang-once-time");
        assertThat(mapping.metrics().failures()).isEqualTo(1);
        assertThat(mapping.metrics().dropped()).isZero();
    }

    @Test
    void aPoisonedRecordEndsInTheBucketWithItsPayload() throws Exception {
        map(1, Duration.ofSeconds(30));
        feeder.put("s", List.of("r0", "poison-1", "throw-2", "r1"));
        awaitIdle();

        assertThat(Files.readAllLines(output)).containsExactlyInAnyOrder("r0", "r1");
        assertThat(objects).hasSize(2);
        for (byte[] body : objects.values()) {
            JsonNode document = new ObjectMapper().readTree(body);
            assertThat(document.at("/requestContext/approximateInvokeCount").asInt()).isEqualTo(2);
            JsonNode event = new ObjectMapper().readTree(document.path("payload").asText());
            assertThat(new String(event.at("/Records/0/kinesis/data").binaryValue(), UTF_8))
                    .isIn("poison-1", "throw-2");
        }
    }
}
