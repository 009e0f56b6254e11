package dev.millrace.local.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// Limits that depend on time, and what is refused because it is not done.
final class LocalKinesisLimitsTest {
    private static final String SHARD = "shardId-000000000000";

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final LocalKinesis local = new LocalKinesis("eu-west-1", "123456789012", clock);
    private KinesisServer server;
    private KinesisClient kinesis;

    @BeforeEach
    void start() {
        server = new KinesisServer(local);
        kinesis = KinesisServer.client(server.port());
        local.createStream("s", 1, Duration.ofDays(1));
    }

    @AfterEach
    void stop() {
        kinesis.close();
        server.close();
    }

    /// KCL makes its first leases of this list.
    @Test
    void theShardsThatAStreamBeginsWithAreThoseAtItsHorizonHoweverTheClockRuns() {
        var runs = new AtomicLong(clock.millis());
        var running = new LocalKinesis("eu-west-1", "123456789012", () -> Instant.ofEpochMilli(runs.getAndIncrement()));
        running.createStream("s", 4, Duration.ofDays(1));
        try (var other = new KinesisServer(running); KinesisClient client = KinesisServer.client(other.port())) {
            assertThat(client.listShards(list -> list.streamName("s").shardFilter(filter -> filter.type(ShardFilterType.AT_TRIM_HORIZON))).shards()).hasSize(4);
        }
    }

    @Test
    void aShardTakes1000RecordsASecond() {
        int failed = IntStream.range(0, 3).map(_ -> putMany(500, 1).failedRecordCount()).sum();
        assertThat(failed).isEqualTo(500);
        assertThatThrownBy(() -> put(1)).isInstanceOf(ProvisionedThroughputExceededException.class)
                .hasMessageContaining(SHARD).hasMessageContaining("123456789012");

        clock.pass(Duration.ofMillis(100));
        assertThat(putMany(500, 1).failedRecordCount()).isEqualTo(400);

        clock.pass(Duration.ofSeconds(10));
        assertThat(IntStream.range(0, 3).map(_ -> putMany(500, 1).failedRecordCount()).sum()).isEqualTo(500);
    }

    @Test
    void aRecordIsBilledInStepsOf25KilobytesAndOneThatIsThrottledIsNot() {
        put(1);
        put((25 << 10) - 1);
        put(25 << 10);
        assertThat(local.uses()).singleElement().satisfies(use -> assertThat(use.putUnits()).isEqualTo(1 + 1 + 2));

        put((1 << 20) - (60 << 10));
        assertThatThrownBy(() -> put(500_000)).isInstanceOf(ProvisionedThroughputExceededException.class);
        assertThat(local.uses()).singleElement().satisfies(use -> assertThat(use.putUnits()).isEqualTo(4 + 39));
    }

    @Test
    void aShardTakesOneMebibyteASecond() {
        put((1 << 20) - 1);
        assertThatThrownBy(() -> put(1_000)).isInstanceOf(ProvisionedThroughputExceededException.class);

        clock.pass(Duration.ofMillis(500));
        put(500_000);
        assertThatThrownBy(() -> put(100_000)).isInstanceOf(ProvisionedThroughputExceededException.class);
    }

    @Test
    void aShardIsReadFiveTimesASecond() {
        String iterator = iterator(ShardIteratorType.TRIM_HORIZON);
        IntStream.range(0, 5).forEach(_ -> read(iterator));
        assertThatThrownBy(() -> read(iterator)).isInstanceOf(ProvisionedThroughputExceededException.class);

        clock.pass(Duration.ofMillis(200));
        read(iterator);
    }

    @Test
    void aReadReturns10MebibytesAndIsPaidForWithWaiting() {
        for (int i = 0; i < 12; i++) {
            put(1_000_000);
            clock.pass(Duration.ofSeconds(1));
        }

        GetRecordsResponse large = read(iterator(ShardIteratorType.TRIM_HORIZON));

        assertThat(large.records()).hasSize(10);
        assertThat(large.millisBehindLatest()).isEqualTo(2_000);
        clock.pass(Duration.ofSeconds(3));
        assertThatThrownBy(() -> read(large.nextShardIterator()))
                .isInstanceOf(ProvisionedThroughputExceededException.class);
        clock.pass(Duration.ofSeconds(2));
        assertThat(read(large.nextShardIterator()).records()).hasSize(2);
    }

    @Test
    void aReadReturnsAtMost10000Records() {
        for (int i = 0; i < 11; i++) {
            assertThat(putMany(500, 1).failedRecordCount() + putMany(500, 1).failedRecordCount()).isZero();
            clock.pass(Duration.ofSeconds(1));
        }

        GetRecordsResponse first = kinesis.getRecords(call ->
                call.shardIterator(iterator(ShardIteratorType.TRIM_HORIZON)));

        assertThat(first.records()).hasSize(10_000);
        assertThat(read(first.nextShardIterator()).records()).hasSize(1_000);
        assertThatThrownBy(() -> kinesis.getRecords(call -> call.shardIterator(first.nextShardIterator()).limit(10_001)))
                .isInstanceOf(KinesisException.class).hasMessageContaining("Limit");
    }

    @Test
    void anIteratorIsValidForFiveMinutes() {
        String iterator = iterator(ShardIteratorType.TRIM_HORIZON);
        clock.pass(Duration.ofMinutes(5));
        read(iterator);

        clock.pass(Duration.ofMillis(1));
        assertThatThrownBy(() -> read(iterator)).isInstanceOf(ExpiredIteratorException.class);
    }

    @Test
    void recordsAndClosedShardsAreForgottenAfterTheRetention() {
        put(10);
        clock.pass(Duration.ofHours(1));
        put(20);
        String old = kinesis.listShards(call -> call.streamName("s")).shards().getFirst()
                .hashKeyRange().endingHashKey();
        kinesis.splitShard(call -> call.streamName("s").shardToSplit(SHARD)
                .newStartingHashKey(new BigInteger(old).shiftRight(1).toString()));

        clock.pass(Duration.ofHours(23).plusMillis(1));
        assertThat(read(iterator(ShardIteratorType.TRIM_HORIZON)).records())
                .extracting(record -> record.data().asByteArray().length).containsExactly(20);

        clock.pass(Duration.ofHours(1));
        assertThat(kinesis.listShards(call -> call.streamName("s")).shards()).hasSize(2);
        assertThatThrownBy(() -> iterator(ShardIteratorType.TRIM_HORIZON)).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void arrivalIsTheClockOfTheStreamInMilliseconds() {
        clock.pass(Duration.ofMillis(123));
        put(1);

        assertThat(read(iterator(ShardIteratorType.TRIM_HORIZON)).records().getFirst().approximateArrivalTimestamp())
                .isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z"));
    }

    @Test
    void childrenStartAboveTheirParentsEvenWithinOneMillisecond() {
        String before = put(1);
        // always the upper child: 0, 2, 4, …; more than 16, as only 4 bits of the number stand in the upper part
        for (String shard : IntStream.range(0, 20).mapToObj(i -> "shardId-%012d".formatted(2 * i)).toList()) {
            var range = kinesis.listShards(call -> call.streamName("s")).shards().stream()
                    .filter(candidate -> candidate.shardId().equals(shard)).findFirst().orElseThrow().hashKeyRange();
            String middle = new BigInteger(range.startingHashKey()).add(new BigInteger(range.endingHashKey()))
                    .shiftRight(1).toString();
            kinesis.splitShard(call -> call.streamName("s").shardToSplit(shard).newStartingHashKey(middle));
            String after = kinesis.putRecord(call -> call.streamName("s").partitionKey("k")
                    .explicitHashKey(range.endingHashKey()).data(SdkBytes.fromByteArray(new byte[1]))).sequenceNumber();

            assertThat(new BigInteger(after)).isGreaterThan(new BigInteger(before));
            before = after;
        }
    }

    @Test
    void sequenceNumbersGrowWhenTheClockGoesBack() {
        String first = put(1);
        clock.pass(Duration.ofSeconds(-30));
        String second = put(1);

        assertThat(new BigInteger(second)).isGreaterThan(new BigInteger(first));
        assertThat(second).hasSize(56).startsWith("49");
    }

    @Test
    void writersInParallelLoseNothing() throws Exception {
        local.createStream("wide", 16, Duration.ofDays(1));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> writer = () -> IntStream.range(0, 5).map(call -> kinesis.putRecords(put -> put
                    .streamName("wide").records(IntStream.range(0, 200).mapToObj(i ->
                            KinesisContract.entry(call + "-" + i, new byte[10])).toList())).failedRecordCount()).sum();
            for (Future<Integer> failed : threads.invokeAll(Collections.nCopies(8, writer))) {
                assertThat(failed.get()).isZero();
            }
        }
        long held = local.shards("wide").stream().mapToLong(shard -> local.recordsFrom("wide", shard.shardId(), 0)).sum();
        assertThat(held).isEqualTo(8_000);
    }

    @Test
    void whatIsNotDoneIsRefusedByName() {
        var refused = new ArrayList<ThrowingCallable>();
        refused.add(() -> kinesis.registerStreamConsumer(call -> call.streamARN(arn()).consumerName("c")));
        refused.add(() -> kinesis.createStream(call -> call.streamName("od")
                .streamModeDetails(mode -> mode.streamMode("ON_DEMAND"))));
        refused.add(() -> kinesis.updateShardCount(call -> call.streamName("s").targetShardCount(3)
                .scalingType("UNIFORM_SCALING")));
        refused.forEach(call -> assertThatThrownBy(call).isInstanceOfSatisfying(KinesisException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnknownOperationException");
            assertThat(e.getMessage()).contains("the local Kinesis does not do this");
        }));
    }

    @Test
    void aStreamOfAnotherAccountIsNotFound() {
        assertThat(kinesis.describeStreamSummary(call -> call.streamARN(arn())).streamDescriptionSummary().streamName())
                .isEqualTo("s");
        assertThatThrownBy(() -> kinesis.describeStreamSummary(call ->
                call.streamARN(arn().replace("123456789012", "210987654321"))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private static String arn() {
        return "arn:aws:kinesis:eu-west-1:123456789012:stream/s";
    }

    private String put(int bytes) {
        return kinesis.putRecord(call -> call.streamName("s").partitionKey("k")
                .data(SdkBytes.fromByteArray(new byte[bytes]))).sequenceNumber();
    }

    private PutRecordsResponse putMany(int records, int bytes) {
        return kinesis.putRecords(call -> call.streamName("s").records(IntStream.range(0, records)
                .mapToObj(_ -> KinesisContract.entry("k", new byte[bytes])).toList()));
    }

    private String iterator(ShardIteratorType type) {
        return kinesis.getShardIterator(call -> call.streamName("s").shardId(SHARD).shardIteratorType(type))
                .shardIterator();
    }

    private GetRecordsResponse read(String iterator) {
        return kinesis.getRecords(call -> call.shardIterator(iterator));
    }
}
