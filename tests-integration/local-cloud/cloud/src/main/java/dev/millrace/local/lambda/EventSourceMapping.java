package dev.millrace.local.lambda;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamReader;
import dev.millrace.local.kinesis.StreamReader.ShardView;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Invokes a function with the records of a stream, as Lambda's event source mapping for Kinesis is documented (Lambda
/// developer guide, "Kinesis"): batches of one shard, one in flight for each shard, in order; window, size and 6 MB; partial
/// answers; bisect; attempts; record age; on-failure documents; children of a shard only after their parents are drained.
///
/// Delivery is at least once. The checkpoint lives in memory: a new mapping starts from its starting position.
public final class EventSourceMapping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventSourceMapping.class.getName());
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /// Ranges are those of the Lambda API reference, CreateEventSourceMapping.
    ///
    /// @param uuid of the mapping, part of the keys of on-failure documents
    /// @param functionArn with its qualifier, if the mapping has one
    /// @param batchSize 1 to 10,000 records
    /// @param batchWindow 0 to 300 s
    /// @param parallelizationFactor 1; AWS has 1 to 10, but more than 1 is not done here and is refused
    /// @param startingPosition trim horizon, latest or a timestamp
    /// @param maximumRetryAttempts -1 to 10,000; -1: until the records expire
    /// @param maximumRecordAge 60 s to 7 days; negative: no bound
    /// @param onFailureBucket where what is given up is described; without it such records are lost
    public record Settings(String uuid, String functionName, String functionArn, String streamName, String streamArn,
            int batchSize, Duration batchWindow, int parallelizationFactor, StartingPosition startingPosition,
            int maximumRetryAttempts, Duration maximumRecordAge, boolean bisectBatchOnFunctionError,
            boolean reportBatchItemFailures, Optional<String> onFailureBucket) {
        private static final int BATCH_MAX = 10_000;
        private static final Duration WINDOW_MAX = Duration.ofMinutes(5);
        private static final Duration AGE_MIN = Duration.ofMinutes(1);
        private static final Duration AGE_MAX = Duration.ofDays(7);

        public Settings {
            requireNonNull(uuid, "uuid is null");
            requireNonNull(functionName, "functionName is null");
            requireNonNull(functionArn, "functionArn is null");
            requireNonNull(streamName, "streamName is null");
            requireNonNull(streamArn, "streamArn is null");
            requireNonNull(onFailureBucket, "onFailureBucket is null");
            require(batchSize >= 1 && batchSize <= BATCH_MAX, "batchSize not in 1..10000", batchSize);
            require(!batchWindow.isNegative() && batchWindow.compareTo(WINDOW_MAX) <= 0,
                    "batchWindow not in 0..300 s", batchWindow);
            require(parallelizationFactor >= 1 && parallelizationFactor <= 10,
                    "parallelizationFactor not in 1..10", parallelizationFactor);
            if (parallelizationFactor > 1) {
                throw new UnsupportedOperationException("the local event source mapping does not do a"
                        + " parallelizationFactor above 1: " + parallelizationFactor);
            }
            require(maximumRetryAttempts >= -1 && maximumRetryAttempts <= 10_000,
                    "maximumRetryAttempts not in -1..10000", maximumRetryAttempts);
            require(maximumRecordAge.isNegative() || (maximumRecordAge.compareTo(AGE_MIN) >= 0
                    && maximumRecordAge.compareTo(AGE_MAX) <= 0), "maximumRecordAge not in 60..604800 s", maximumRecordAge);
            switch (startingPosition) {
                case StartingPosition.TrimHorizon _, StartingPosition.Latest _, StartingPosition.AtTimestamp _ -> { }
                case StartingPosition.AtSequenceNumber _, StartingPosition.AfterSequenceNumber _ ->
                    require(false, "startingPosition not trim horizon, latest or a timestamp", startingPosition);
            }
        }

        private static void require(boolean holds, String message, Object was) {
            if (!holds) {
                throw new IllegalArgumentException("%s: %s".formatted(message, was));
            }
        }

        RetryRules retryRules() {
            return new RetryRules(maximumRetryAttempts, maximumRecordAge, bisectBatchOnFunctionError);
        }
    }

    /// What AWS does not let one set. [#AWS] is as close as its documents allow.
    ///
    /// @param poll how often a shard is read at its tip
    /// @param backoffFirst wait before the first retry; doubles with each failure in a row (its course on AWS is not
    /// documented: docs/verify-on-aws.md)
    /// @param topUpRetries whether a retried batch is filled up with newer records (AWS leaves it open: docs/verify-on-aws.md)
    public record Pace(Duration poll, Duration backoffFirst, Duration backoffMax, boolean topUpRetries) {
        /// One read a second for each shard (Lambda developer guide, "Polling and batching streams").
        public static final Pace AWS = new Pace(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(10), false);

        public Pace {
            if (poll.toMillis() < 1 || backoffFirst.toMillis() < 1 || backoffMax.compareTo(backoffFirst) < 0) {
                throw new IllegalArgumentException("times not from 1 ms on and in order: %s, %s, %s"
                        .formatted(poll, backoffFirst, backoffMax));
            }
        }

        Duration backoff(int failuresInARow) {
            long millis = backoffFirst.toMillis() << Math.min(failuresInARow - 1, 20);
            return Duration.ofMillis(Math.min(millis, backoffMax.toMillis()));
        }
    }

    /// What happened so far.
    ///
    /// @param failures invocations after which something had to be repeated or given up
    /// @param settled records that the function took
    /// @param retried records that were sent again, each time counted
    /// @param dropped records that were given up, delivered to the on-failure bucket or not
    /// @param expired records that retention took before they were settled
    /// @param onFailureDelivered documents, not records
    /// @param onFailureLost documents that could not be put
    /// @param iteratorAgeMillis age of the newest record of the last good batch, of the shard that is worst
    public record Metrics(long invocations, long failures, long settled, long retried, long dropped, long expired,
            long onFailureDelivered, long onFailureLost, long readsThrottled, long iteratorAgeMillis) {
    }

    private final Settings settings;
    private final Pace pace;
    private final StreamReader reader;
    private final ShardConsumer.Shared shared;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Long> startingPositions = new ConcurrentHashMap<>();
    private final Map<String, ShardConsumer> consumers = new ConcurrentHashMap<>();

    /// Begins to read. The starting position is taken before this returns, so what is put later is not missed.
    ///
    /// @param random for the ids of on-failure documents
    /// @throws IllegalArgumentException if there is no such stream
    public EventSourceMapping(Settings settings, Pace pace, StreamReader reader, FunctionInvoker invoker,
            ObjectSink onFailure, InstantSource clock, RandomGenerator random) {
        this.settings = requireNonNull(settings, "settings is null");
        this.pace = requireNonNull(pace, "pace is null");
        this.reader = requireNonNull(reader, "reader is null");
        String[] arn = settings.streamArn().split(":", -1);
        if (arn.length != 6 || !arn[2].equals("kinesis")) {
            throw new IllegalArgumentException("streamArn is not of a stream: " + settings.streamArn());
        }
        // the real one is the function's role, which a mapping does not know
        String roleArn = "arn:aws:iam::%s:role/%s".formatted(arn[4], settings.functionName());
        this.shared = new ShardConsumer.Shared(settings, pace, reader, requireNonNull(invoker, "invoker is null"),
                requireNonNull(onFailure, "onFailure is null"), requireNonNull(clock, "clock is null"),
                requireNonNull(random, "random is null"), new EventJson(arn[3], settings.streamArn(), roleArn),
                new MappingCounters(), stop);
        for (ShardView shard : reader.shards(settings.streamName())) {
            startingPositions.put(shard.shardId(),
                    reader.positionOf(settings.streamName(), shard.shardId(), settings.startingPosition()));
        }
        threads.execute(this::followShards);
    }

    /// Starts a consumer for each shard as soon as its parents are drained or gone.
    private void followShards() {
        try {
            do {
                startReadyShards();
            } while (!stop.await(pace.poll().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "stream %s is gone: %s".formatted(settings.streamName(), e.getMessage()));
        }
    }

    private void startReadyShards() {
        List<ShardView> shards = reader.shards(settings.streamName());
        Map<String, ShardView> present = shards.stream().collect(Collectors.toMap(ShardView::shardId, shard -> shard));
        for (ShardView shard : shards) {
            boolean ready = shard.parents().stream().filter(present::containsKey).allMatch(this::isDrained);
            if (ready && !consumers.containsKey(shard.shardId())) {
                var consumer = new ShardConsumer(shared, shard.shardId(), startOf(shard.shardId()));
                consumers.put(shard.shardId(), consumer);
                threads.execute(consumer::run);
            }
        }
    }

    private boolean isDrained(String shardId) {
        ShardConsumer consumer = consumers.get(shardId);
        return consumer != null && consumer.drained();
    }

    /// A shard that appeared after the mapping is read from its start, whatever the starting position was.
    private long startOf(String shardId) {
        return Optional.ofNullable(startingPositions.get(shardId)).orElseGet(() ->
                reader.positionOf(settings.streamName(), shardId, new StartingPosition.TrimHorizon()));
    }

    /// How many records of the stream are not yet settled, those in flight and in shards not yet begun included.
    public long backlog() {
        return reader.shards(settings.streamName()).stream().mapToLong(this::backlogOf).sum();
    }

    private long backlogOf(ShardView shard) {
        ShardConsumer consumer = consumers.get(shard.shardId());
        long from = consumer == null ? startOf(shard.shardId()) : consumer.checkpoint();
        return reader.recordsFrom(settings.streamName(), shard.shardId(), from);
    }

    /// Whether everything that was put before this call is settled.
    public boolean isIdle() {
        return backlog() == 0;
    }

    public Metrics metrics() {
        MappingCounters counters = shared.counters();
        return new Metrics(counters.invocations.sum(), counters.failures.sum(), counters.settledRecords.sum(),
                counters.retriedRecords.sum(), counters.droppedRecords.sum(), counters.expiredRecords.sum(),
                counters.onFailureDelivered.sum(), counters.onFailureLost.sum(), counters.readsThrottled.sum(),
                consumers.values().stream().filter(consumer -> !consumer.drained())
                        .mapToLong(ShardConsumer::iteratorAgeMillis).max().orElse(0));
    }

    /// Reads no more. An invocation in flight has 10 seconds to end; its records are not settled if it does not.
    @Override
    public void close() {
        stop.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
