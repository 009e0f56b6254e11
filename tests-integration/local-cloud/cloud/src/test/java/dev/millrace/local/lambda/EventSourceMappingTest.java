package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.kinesis.Await;
import dev.millrace.local.kinesis.LocalKinesis;
import dev.millrace.local.kinesis.ManualClock;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamFeeder;
import dev.millrace.local.kinesis.StreamReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The mapping against a stream of this process, with functions that are lambdas of the test.
final class EventSourceMappingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final EventSourceMapping.Pace FAST =
            new EventSourceMapping.Pace(Duration.ofMillis(250), Duration.ofMillis(1), Duration.ofMillis(20), false);
    private static final String STREAM_ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/s";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalKinesis kinesis = new LocalKinesis("eu-west-1", "123456789012", InstantSource.system());
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    private StreamFeeder feeder;
    private EventSourceMapping mapping;

    @BeforeEach
    void start() {
        feeder = new StreamFeeder(kinesis);
    }

    @AfterEach
    void stop() {
        if (mapping != null) {
            mapping.close();
        }
        feeder.close();
    }

    private static EventSourceMapping.Settings settings(int batchSize, Duration window, int attempts, boolean bisect) {
        return new EventSourceMapping.Settings("11111111-2222-3333-4444-555555555555", "f",
                "arn:aws:lambda:eu-west-1:123456789012:function:f:live", "s", STREAM_ARN, batchSize, window, 1,
                new StartingPosition.TrimHorizon(), attempts, Duration.ofSeconds(-1), bisect, true, Optional.of("failed"));
    }

    private void map(EventSourceMapping.Settings settings, FunctionInvoker function) {
        mapping = new EventSourceMapping(settings, FAST, kinesis, function,
                (bucket, key, body) -> objects.put(bucket + "/" + key, body), InstantSource.system(), new SplittableRandom(1));
    }

    /// Notes each batch and fails those that hold a text with `poison`, as a whole.
    private InvocationResult failWhole(String name, byte[] payload) {
        List<String> texts = note(payload);
        return texts.stream().anyMatch(text -> text.startsWith("poison"))
                ? new InvocationResult.FunctionError("Runtime.UserException", new byte[0])
                : new InvocationResult.Succeeded(new byte[0]);
    }

    /// Names the first record whose text starts with `poison`.
    private InvocationResult failPartly(String name, byte[] payload) {
        int poisoned = note(payload).stream().map(text -> text.startsWith("poison")).toList().indexOf(true);
        String answer = poisoned < 0 ? "{}" : "{\"batchItemFailures\":[{\"itemIdentifier\":\"%s\"}]}".formatted(
                tree(payload).path("Records").path(poisoned).path("kinesis").path("sequenceNumber").asText());
        return new InvocationResult.Succeeded(answer.getBytes(UTF_8));
    }

    private List<String> note(byte[] payload) {
        var texts = new ArrayList<String>();
        for (JsonNode record : tree(payload).path("Records")) {
            try {
                texts.add(new String(record.path("kinesis").path("data").binaryValue(), UTF_8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        batches.add(texts);
        return texts;
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitIdle() throws Exception {
        Await.until("mapping is idle", SOON, mapping::isIdle);
    }

    private List<String> seen() {
        synchronized (batches) {
            return batches.stream().flatMap(List::stream).toList();
        }
    }

    private static List<String> texts(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void everyRecordIsDeliveredOnceInOrderWhileNothingFails() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", texts("r", 0, 50));
        map(settings(20, Duration.ZERO, 3, true), this::failWhole);
        awaitIdle();
        feeder.put("s", texts("r", 50, 60));
        awaitIdle();

        assertThat(seen()).containsExactlyElementsOf(texts("r", 0, 60));
        assertThat(batches).extracting(List::size).containsExactly(20, 20, 10, 10);
        assertThat(mapping.metrics().settled()).isEqualTo(60);
        assertThat(mapping.metrics().failures()).isZero();
    }

    @Test
    void aWindowGathersWhatArrivesInIt() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        map(settings(100, Duration.ofSeconds(1), 3, true), this::failWhole);
        feeder.put("s", texts("a", 0, 5));
        feeder.put("s", texts("b", 0, 5));
        awaitIdle();

        assertThat(batches).hasSize(1);
        assertThat(seen()).hasSize(10);
    }

    @Test
    void latestSkipsWhatWasThereAndMissesNothingAfter() throws Exception {
        kinesis.createStream("s", 2, Duration.ofDays(1));
        feeder.put("s", texts("old", 0, 5));
        EventSourceMapping.Settings base = settings(100, Duration.ZERO, 3, true);
        map(new EventSourceMapping.Settings(base.uuid(), "f", base.functionArn(), "s", STREAM_ARN, 100, Duration.ZERO, 1,
                new StartingPosition.Latest(), 3, Duration.ofSeconds(-1), true, true, Optional.empty()), this::failWhole);
        assertThat(mapping.isIdle()).isTrue();
        feeder.put("s", texts("new", 0, 5));
        awaitIdle();

        assertThat(seen()).containsExactlyInAnyOrderElementsOf(texts("new", 0, 5));
    }

    @Test
    void aPartialAnswerRepeatsFromTheFailureAndThenGivesUpWithADocument() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", List.of("r1", "r2", "poison", "r3"));
        map(settings(4, Duration.ZERO, 2, false), this::failPartly);
        awaitIdle();
        feeder.put("s", List.of("r4"));
        awaitIdle();

        assertThat(batches).containsExactly(List.of("r1", "r2", "poison", "r3"), List.of("poison", "r3"),
                List.of("poison", "r3"), List.of("r4"));
        JsonNode document = onlyDocument();
        assertThat(document.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
        assertThat(document.at("/requestContext/approximateInvokeCount").asInt()).isEqualTo(3);
        assertThat(document.at("/requestContext/functionArn").asText()).endsWith(":function:f:live");
        assertThat(document.at("/responseContext/executedVersion").asText()).isEqualTo("live");
        assertThat(document.at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(2);
        assertThat(document.at("/KinesisBatchInfo/shardId").asText()).isEqualTo("shardId-000000000000");
        assertThat(document.at("/KinesisBatchInfo/streamArn").asText()).isEqualTo(STREAM_ARN);
        JsonNode payload = tree(document.path("payload").asText().getBytes(UTF_8));
        assertThat(payload.at("/Records/0/kinesis/sequenceNumber").asText())
                .isEqualTo(document.at("/KinesisBatchInfo/startSequenceNumber").asText());
        assertThat(payload.at("/Records/1/kinesis/sequenceNumber").asText())
                .isEqualTo(document.at("/KinesisBatchInfo/endSequenceNumber").asText());
        assertThat(objects.keySet()).singleElement().asString().matches("failed/aws/lambda/11111111-2222-3333-4444-"
                + "555555555555/shardId-000000000000/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}");
        assertThat(mapping.metrics().dropped()).isEqualTo(2);
        assertThat(mapping.metrics().settled()).isEqualTo(3);
        assertThat(mapping.metrics().onFailureDelivered()).isEqualTo(1);
    }

    private JsonNode onlyDocument() {
        assertThat(objects).hasSize(1);
        return tree(objects.values().iterator().next());
    }

    @Test
    void bisectLeavesOnlyThePoisonedRecordBehind() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", List.of("r1", "r2", "poison", "r3"));
        map(settings(4, Duration.ZERO, 1, true), this::failWhole);
        awaitIdle();

        assertThat(batches).containsExactly(List.of("r1", "r2", "poison", "r3"), List.of("r1", "r2"),
                List.of("poison", "r3"), List.of("poison"), List.of("poison"), List.of("r3"));
        assertThat(onlyDocument().at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(1);
        assertThat(onlyDocument().at("/responseContext/functionError").asText()).isEqualTo("Unhandled");
    }

    @Test
    void recordsThatAreTooOldGoToTheBucketUnseen() throws Exception {
        var clock = new ManualClock(Instant.parse("2026-11-23T10:00:00Z"));
        var aged = new LocalKinesis("eu-west-1", "123456789012", clock);
        aged.createStream("s", 1, Duration.ofDays(1));
        try (var agedFeeder = new StreamFeeder(aged)) {
            agedFeeder.put("s", List.of("old1", "old2"));
            clock.pass(Duration.ofMinutes(2));
            agedFeeder.put("s", List.of("new"));
        }
        EventSourceMapping.Settings base = settings(100, Duration.ZERO, 3, true);
        mapping = new EventSourceMapping(new EventSourceMapping.Settings(base.uuid(), "f", base.functionArn(), "s",
                STREAM_ARN, 100, Duration.ZERO, 1, new StartingPosition.TrimHorizon(), 3, Duration.ofMinutes(1), true, true,
                Optional.of("failed")), FAST, aged, this::failWhole,
                (bucket, key, body) -> objects.put(bucket + "/" + key, body), clock, new SplittableRandom(1));
        awaitIdle();

        assertThat(seen()).containsExactly("new");
        assertThat(onlyDocument().at("/requestContext/condition").asText()).isEqualTo("RecordAgeExceeded");
        assertThat(onlyDocument().at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(2);
        assertThat(onlyDocument().has("responseContext")).isFalse();
    }

    @Test
    void aServiceErrorCostsNoAttempt() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", List.of("r1"));
        var calls = new AtomicInteger();
        map(settings(4, Duration.ZERO, 0, false), (name, payload) -> {
            if (calls.incrementAndGet() < 4) {
                throw new IllegalStateException("service is down");
            }
            return failWhole(name, payload);
        });
        awaitIdle();

        assertThat(seen()).containsExactly("r1");
        assertThat(objects).isEmpty();
    }

    @Test
    void childrenAreReadOnlyAfterTheirParentsAreDrained() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", texts("parent", 0, 10));
        feeder.split("s", "shardId-000000000000");
        feeder.put("s", texts("child", 0, 10));
        var release = new CountDownLatch(1);
        var reader = new WatchedReader(kinesis);
        mapping = new EventSourceMapping(settings(3, Duration.ZERO, 3, true), FAST, reader, (name, payload) -> {
            release.await();
            return failWhole(name, payload);
        }, (_, _, _) -> { }, InstantSource.system(), new SplittableRandom(1));
        assertThat(mapping.backlog()).as("in flight, and in shards not yet begun").isEqualTo(20);
        // time enough for a mapping that does not wait for parents: it would read and deliver the children now
        int reads = reader.shardReads.get();
        Await.until("children could have been started", SOON, () -> reader.shardReads.get() >= reads + 5);
        assertThat(reader.shardsRead).containsExactly("shardId-000000000000");
        release.countDown();
        awaitIdle();

        assertThat(seen()).hasSize(20).doesNotHaveDuplicates();
        assertThat(seen().subList(0, 10)).containsExactlyElementsOf(texts("parent", 0, 10));
        assertThat(mapping.metrics().settled()).isEqualTo(20);
    }

    @Test
    void aSplitDuringReadingLosesNothing() throws Exception {
        kinesis.createStream("s", 2, Duration.ofDays(1));
        map(settings(5, Duration.ZERO, 3, true), this::failWhole);
        feeder.put("s", texts("a", 0, 50));
        feeder.split("s", "shardId-000000000001");
        feeder.put("s", texts("b", 0, 50));
        awaitIdle();

        var expected = new ArrayList<>(texts("a", 0, 50));
        expected.addAll(texts("b", 0, 50));
        assertThat(seen()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aRetryCanBeToppedUpWithNewerRecords() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", List.of("r1", "r2"));
        var topUp = new EventSourceMapping.Pace(FAST.poll(), FAST.backoffFirst(), FAST.backoffMax(), true);
        mapping = new EventSourceMapping(settings(10, Duration.ZERO, 3, false), topUp, kinesis, (_, payload) -> {
            boolean first = batches.isEmpty();
            note(payload);
            if (first) {
                feeder.put("s", List.of("r3"));
                return new InvocationResult.TimedOut();
            }
            return new InvocationResult.Succeeded(new byte[0]);
        }, (_, _, _) -> { }, InstantSource.system(), new SplittableRandom(1));
        awaitIdle();

        assertThat(batches).containsExactly(List.of("r1", "r2"), List.of("r1", "r2", "r3"));
    }

    @Test
    void aDocumentThatCannotBePutIsCounted() throws Exception {
        kinesis.createStream("s", 1, Duration.ofDays(1));
        feeder.put("s", List.of("poison", "r1"));
        mapping = new EventSourceMapping(settings(1, Duration.ZERO, 0, false), FAST, kinesis, this::failWhole,
                (_, _, _) -> { throw new IOException("no such bucket"); }, InstantSource.system(), new SplittableRandom(1));
        awaitIdle();

        assertThat(seen()).containsExactly("poison", "r1");
        assertThat(mapping.metrics().onFailureLost()).isEqualTo(1);
        assertThat(mapping.metrics().onFailureDelivered()).isZero();
    }

    @Test
    void settingsOutsideTheRangesOfAwsAreRefused() {
        assertThatThrownBy(() -> settings(0, Duration.ZERO, 1, true)).hasMessageContaining("batchSize not in 1..10000: 0");
        assertThatThrownBy(() -> settings(1, Duration.ofSeconds(301), 1, true)).hasMessageContaining("batchWindow");
        assertThatThrownBy(() -> settings(1, Duration.ZERO, -2, true)).hasMessageContaining("maximumRetryAttempts");
        assertThatThrownBy(() -> new EventSourceMapping.Settings("u", "f", "a", "s", STREAM_ARN, 1, Duration.ZERO, 2,
                new StartingPosition.Latest(), 1, Duration.ofSeconds(-1), true, true, Optional.empty()))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("parallelizationFactor");
        assertThatThrownBy(() -> new EventSourceMapping.Settings("u", "f", "a", "s", STREAM_ARN, 1, Duration.ZERO, 1,
                new StartingPosition.Latest(), 1, Duration.ofSeconds(59), true, true, Optional.empty()))
                .hasMessageContaining("maximumRecordAge not in 60..604800 s");
        assertThatThrownBy(() -> map(settings(1, Duration.ZERO, 1, true), this::failWhole))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Stream s under account");
    }

    /// Notes what a mapping asks of its stream.
    private record WatchedReader(StreamReader stream, AtomicInteger shardReads, Set<String> shardsRead)
            implements StreamReader {
        WatchedReader(StreamReader stream) {
            this(stream, new AtomicInteger(), ConcurrentHashMap.newKeySet());
        }

        @Override
        public List<ShardView> shards(String name) {
            shardReads.incrementAndGet();
            return stream.shards(name);
        }

        @Override
        public long positionOf(String name, String shardId, StartingPosition start) {
            return stream.positionOf(name, shardId, start);
        }

        @Override
        public Page read(String name, String shardId, long position, int recordsMax) throws ReadThrottled {
            shardsRead.add(shardId);
            return stream.read(name, shardId, position, recordsMax);
        }

        @Override
        public long recordsFrom(String name, String shardId, long position) {
            return stream.recordsFrom(name, shardId, position);
        }
    }
}
