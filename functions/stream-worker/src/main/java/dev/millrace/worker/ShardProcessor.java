package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/// KCL's calls for one shard, in our words. KCL would log what is thrown here and skip the records: a shard that is held and not read
/// on. What a consumer throws is dealt with in [Delivery]; all else, a bug of this worker or an error of the JVM, ends the process,
/// which is started anew and begins at the checkpoint.
final class ShardProcessor implements ShardRecordProcessor {
    private final Function<String, ShardWork> works;
    private final Function<String, KclLease> leases;
    private final BiConsumer<String, ShardWork> held;
    private final Consumer<String> released;
    private final Consumer<Throwable> fatal;
    private ShardWork work;
    private KclLease lease;
    private String shard;

    /// @param works    makes the work of a shard
    /// @param leases   finds the lease of a shard that this worker has just got
    /// @param held     told of a shard that this worker begins to read
    /// @param released told of its end
    /// @param fatal    ends the process
    ShardProcessor(Function<String, ShardWork> works, Function<String, KclLease> leases, BiConsumer<String, ShardWork> held, Consumer<String> released,
            Consumer<Throwable> fatal) {
        this.works = requireNonNull(works, "works is null");
        this.leases = requireNonNull(leases, "leases is null");
        this.held = requireNonNull(held, "held is null");
        this.released = requireNonNull(released, "released is null");
        this.fatal = requireNonNull(fatal, "fatal is null");
    }

    @Override
    public void initialize(InitializationInput input) {
        shard = input.shardId();
        work = works.apply(shard);
        lease = leases.apply(shard);
        held.accept(shard, work);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        guarded(() -> {
            Long behind = input.millisBehindLatest();
            work.take(records(input.records()), behind == null ? 0 : behind, lease.with(input.checkpointer()));
        });
    }

    /// Another worker may be reading already.
    @Override
    public void leaseLost(LeaseLostInput input) {
        work.abandon();
        released.accept(shard);
    }

    /// Without this checkpoint the shard's children are never read; with it, nothing of the shard is read again.
    @Override
    public void shardEnded(ShardEndedInput input) {
        guarded(() -> {
            if (work.finish(lease.with(input.checkpointer()))) {
                lease.ended();
            }
        });
        released.accept(shard);
    }

    /// The shard goes to another worker, or this one ends: it gets one more chance to settle what it has at hand, so that the next
    /// one begins behind it.
    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        guarded(() -> {
            if (lease.isMine()) {
                work.finish(lease.handingOver(input.checkpointer()));
            }
        });
        work.abandon();
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            work.abandon();
            fatal.accept(e);
            throw e;
        }
    }

    private static List<StreamRecord> records(List<KinesisClientRecord> from) {
        List<StreamRecord> records = new ArrayList<>(from.size());
        for (KinesisClientRecord record : from) {
            ByteBuffer data = record.data().duplicate();
            byte[] payload = new byte[data.remaining()];
            data.get(payload);
            records.add(new StreamRecord(record.sequenceNumber(), record.partitionKey(), record.approximateArrivalTimestamp().toEpochMilli(), payload));
        }
        return records;
    }
}
