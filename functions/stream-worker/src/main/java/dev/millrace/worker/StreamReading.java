package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.arns.Arn;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.StreamIdentifier;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.LeaseAssignmentStrategy;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.lifecycle.LifecycleConfig;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/// The stream as one consumer reads it: KCL's scheduler, set up so that nothing is skipped and one table is enough.
final class StreamReading {
    /// A shard takes 5 reads a second of all its readers together (Kinesis Data Streams, "Quotas and limits"): two consumers leave
    /// room for an operator.
    private static final long READ_EVERY_MILLIS = 1_000;
    /// KCL has 120 s and 30 s: the share of a worker that led and died would wait so long for another.
    private static final long LEADER_LEASE_MILLIS = 30_000;
    private static final long LEADER_HEARTBEAT_MILLIS = 10_000;

    private final Scheduler scheduler;
    private final Thread thread;

    /// @param consumer     for names
    /// @param leasesTable  the application's name to KCL, and its table
    record Props(String consumer, String streamArn, String leasesTable, KinesisAsyncClient kinesis, DynamoDbAsyncClient dynamoDb, CloudWatchAsyncClient cloudWatch) {
    }

    /// @param works      makes the work of a shard
    /// @param isStopping whether the worker ends
    /// @param fatal      ends the process
    StreamReading(Props props, Function<String, ShardWork> works, WorkerMetrics metrics, BooleanSupplier isStopping, Consumer<Throwable> fatal) {
        requireNonNull(works, "works is null");
        requireNonNull(metrics, "metrics is null");
        var stream = StreamIdentifier.singleStreamInstance(Arn.fromString(props.streamArn()).resource().resource());
        var tracker = new SingleStreamTracker(stream, InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON));
        var configs = new ConfigsBuilder(tracker, props.leasesTable(), props.kinesis(), props.dynamoDb(), props.cloudWatch(), UUID.randomUUID().toString(),
                () -> new ShardProcessor(works, shard -> lease(shard, isStopping), metrics::held, metrics::released, fatal));
        var polling = new PollingConfig(stream.streamName(), props.kinesis());
        polling.idleTimeBetweenReadsInMillis(READ_EVERY_MILLIS);
        scheduler = new Scheduler(configs.checkpointConfig(), configs.coordinatorConfig(), leases(configs.leaseManagementConfig()), asTheyAre(configs.lifecycleConfig()),
                // what matters is printed by the worker itself; KCL's own cost a custom metric each, by shard
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                // an empty read is the clock by which a batch is no longer gathered
                configs.processorConfig().callProcessRecordsEvenForEmptyRecordList(true),
                configs.retrievalConfig().retrievalSpecificConfig(polling));
        thread = Thread.ofPlatform().name("kcl-" + props.consumer()).unstarted(() -> {
            scheduler.run();
            if (!isStopping.getAsBoolean()) {
                fatal.accept(new IllegalStateException("the reading of %s ended by itself".formatted(props.consumer())));
            }
        });
    }

    /// Leases are shared out by number, as shards are alike here: things are spread over them by hash. So no worker measures its
    /// processor, and from KCL 3.5 on all that it notes down is in the table of leases.
    private static LeaseManagementConfig leases(LeaseManagementConfig leases) {
        leases.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true);
        return leases.leaseAssignmentStrategy(LeaseAssignmentStrategy.LEASE_COUNT_BASED)
                .initialPositionInStream(InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON))
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(LEADER_LEASE_MILLIS)
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(LEADER_HEARTBEAT_MILLIS);
    }

    /// KCL would take the Kinesis Producer Library's aggregates apart, and drop of them what it thinks is in the wrong shard. A
    /// record is a pack here, byte for byte, as Lambda hands it on; what is anything else goes to quarantine.
    private static LifecycleConfig asTheyAre(LifecycleConfig lifecycle) {
        return lifecycle.aggregatorUtil(new AggregatorUtil() {
            @Override
            public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records) {
                return records;
            }

            @Override
            public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records, String startingHashKey, String endingHashKey) {
                return records;
            }
        });
    }

    private KclLease lease(String shard, BooleanSupplier isStopping) {
        Lease got = scheduler.leaseCoordinator().getCurrentlyHeldLease(shard);
        // a lease that was lost and got again has another token, and another processor
        UUID token = got == null ? null : got.concurrencyToken();
        return new KclLease(shard, () -> {
            Lease now = scheduler.leaseCoordinator().getCurrentlyHeldLease(shard);
            return now != null && now.concurrencyToken().equals(token);
        }, isStopping, Thread::sleep, InstantSource.system());
    }

    void start() {
        thread.start();
    }

    /// Begins to hand the shards over; whoever stops must say so first.
    Future<Boolean> beginToStop() {
        return scheduler.startGracefulShutdown();
    }

    /// Waits until the shards are handed over, then ends in any case: what was not handed over is taken when its leases have run out.
    void stop(Future<Boolean> begun, Duration within) throws InterruptedException {
        try {
            begun.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            System.err.printf("%s did not hand its shards over: %s%n", thread.getName(), e);
            scheduler.shutdown();
        }
    }
}
