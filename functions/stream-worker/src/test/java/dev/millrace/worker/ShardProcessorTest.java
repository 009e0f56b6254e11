package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.pipeline.BatchConsumer;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.StreamRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/// KCL's calls in the order in which KCL makes them, against a checkpointer in memory.
class ShardProcessorTest {
    private final List<StreamRecord> consumed = new ArrayList<>();
    private final List<Throwable> fatal = new ArrayList<>();
    private final Map<String, ShardWork> held = new TreeMap<>();
    private final FakeCheckpointer checkpointer = new FakeCheckpointer();
    private BatchConsumer consumer = (batch, _) -> {
        consumed.addAll(batch.records());
        return new Fate.Settled();
    };
    private boolean isMine = true;
    private boolean isStopping;
    private long now = Records.ARRIVED;
    private final ShardProcessor processor = new ShardProcessor(this::work, this::lease, held::put, held::remove, fatal::add);

    @Test
    void recordsComeWithTheirBytesKeysAndArrivals() {
        initialize();
        process(Records.of(1, 1));
        now += 1_000;
        process(List.of());

        assertThat(consumed).usingRecursiveFieldByFieldElementComparator().isEqualTo(Records.of(1, 1));
        assertThat(checkpointer.checkpoints()).containsExactly("1");
    }

    @Test
    void aBatchGathersUntilItIsFullOrItsTimeIsUpAndIsNotCheckpointedBefore() {
        initialize();
        process(Records.of(1, 3));
        assertThat(checkpointer.checkpoints()).isEmpty();
        process(Records.of(4, 12));
        assertThat(checkpointer.checkpoints()).containsExactly("10");
        now += 999;
        process(List.of());
        assertThat(checkpointer.checkpoints()).containsExactly("10");
        now += 1;
        process(List.of());

        assertThat(checkpointer.checkpoints()).containsExactly("10", "12");
    }

    @Test
    void theEndOfAShardIsCheckpointedWhenEverythingIsSettled() {
        initialize();
        process(Records.of(1, 3));

        processor.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer).build());

        assertThat(consumed).hasSize(3);
        assertThat(checkpointer.checkpoints()).containsExactly("3", FakeCheckpointer.EVERYTHING);
        assertThat(held).isEmpty();
    }

    @Test
    void theEndOfAShardIsNotCheckpointedOverWhatIsNotSettled() {
        initialize();
        process(Records.of(1, 3));
        consumer = (_, _) -> {
            isStopping = true;
            return new Fate.RetryFrom("2", "down");
        };

        processor.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer).build());

        assertThat(checkpointer.checkpoints()).containsExactly("1");
    }

    @Test
    void theEndOfAShardIsWrittenUntilItIsThere() {
        initialize();
        checkpointer.throttles(2);

        processor.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer).build());

        assertThat(checkpointer.checkpoints()).containsExactly(FakeCheckpointer.EVERYTHING);
    }

    @Test
    void aThrottledCheckpointIsMadeGoodByTheNext() {
        initialize();
        checkpointer.throttles(1);
        process(Records.of(1, 10));
        process(Records.of(11, 20));

        assertThat(checkpointer.checkpoints()).containsExactly("20");
        assertThat(consumed).hasSize(20);
    }

    @Test
    void aHandoverSettlesWhatWasGathered() {
        initialize();
        process(Records.of(1, 3));
        isStopping = true;

        processor.shutdownRequested(ShutdownRequestedInput.builder().checkpointer(checkpointer).build());
        processor.leaseLost(LeaseLostInput.builder().build());

        assertThat(checkpointer.checkpoints()).containsExactly("3");
        assertThat(held).isEmpty();
    }

    @Test
    void aHandoverDoesNotWaitForAStoreThatIsDown() {
        initialize();
        process(Records.of(1, 3));
        consumer = (_, _) -> new Fate.RetryFrom("1", "down");
        long before = now;

        processor.shutdownRequested(ShutdownRequestedInput.builder().checkpointer(checkpointer).build());

        assertThat(checkpointer.checkpoints()).isEmpty();
        assertThat(now - before).isBetween(15_000L, 16_000L);
    }

    @Test
    void afterAHandoverNothingIsTakenAnyMore() {
        initialize();
        processor.shutdownRequested(ShutdownRequestedInput.builder().checkpointer(checkpointer).build());

        process(Records.of(1, 10));

        assertThat(consumed).isEmpty();
        assertThat(checkpointer.checkpoints()).isEmpty();
    }

    @Test
    void aLostLeaseDropsWhatWasGathered() {
        initialize();
        process(Records.of(1, 3));
        isMine = false;

        processor.leaseLost(LeaseLostInput.builder().build());

        assertThat(consumed).isEmpty();
        assertThat(checkpointer.checkpoints()).isEmpty();
        assertThat(held).isEmpty();
    }

    @Test
    void whatFollowsABatchThatWasLeftUnsettledIsNeverCheckpointed() {
        initialize();
        isMine = false;
        process(Records.of(1, 10));
        isMine = true;

        process(Records.of(11, 20));
        processor.shardEnded(ShardEndedInput.builder().checkpointer(checkpointer).build());

        assertThat(consumed).isEmpty();
        assertThat(checkpointer.checkpoints()).isEmpty();
    }

    @Test
    void anErrorOfTheJvmEndsTheProcessAndIsNotTriedAgain() {
        initialize();
        consumer = (_, _) -> {
            throw new OutOfMemoryError("test");
        };

        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> process(Records.of(1, 10)));

        assertThat(fatal).hasSize(1).first().isInstanceOf(OutOfMemoryError.class);
        assertThat(checkpointer.checkpoints()).isEmpty();
    }

    @Test
    void theShardIsAsFarBehindAsItsOldestRecordThatIsNotSettled() {
        initialize();
        process(List.of());
        assertThat(held.get(Records.SHARD).behindMillis()).isEqualTo(42);
        process(Records.of(1, 3));
        now += 700;

        assertThat(held.get(Records.SHARD).behindMillis()).isEqualTo(700);
    }

    private void initialize() {
        processor.initialize(InitializationInput.builder().shardId(Records.SHARD).build());
        assertThat(held).containsKey(Records.SHARD);
    }

    private void process(List<StreamRecord> records) {
        List<KinesisClientRecord> kcl = records.stream().map(record -> KinesisClientRecord.builder().sequenceNumber(record.sequenceNumber()).partitionKey(record.partitionKey())
                .approximateArrivalTimestamp(Instant.ofEpochMilli(record.arrivedAtMillis())).data(ByteBuffer.wrap(record.payload()).asReadOnlyBuffer()).build()).toList();
        processor.processRecords(ProcessRecordsInput.builder().records(kcl).checkpointer(checkpointer).millisBehindLatest(42L).build());
    }

    private ShardWork work(String shard) {
        var delivery = new Delivery((batch, deadline) -> consumer.consume(batch, deadline), (_, _, _, _) -> { }, new Delivery.Limits(60_000, Duration.ofHours(23).toMillis()),
                new NoProgress(), millis -> now += millis, new SplittableRandom(1), () -> Instant.ofEpochMilli(now));
        return new ShardWork(shard, delivery, new ShardWork.Gathering(10, 1 << 20, 1_000), () -> Instant.ofEpochMilli(now));
    }

    private KclLease lease(String shard) {
        return new KclLease(shard, () -> isMine, () -> isStopping, millis -> now += millis, () -> Instant.ofEpochMilli(now));
    }

    private static final class NoProgress implements Delivery.Progress {
        @Override
        public void attemptFailed() {
            // not looked at here
        }

        @Override
        public void gaveUp(int records) {
            // not looked at here
        }
    }
}
