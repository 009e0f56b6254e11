package dev.millrace.worker;

import static java.util.Objects.requireNonNull;

import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What an event source mapping would count for a consumer: how far its shards are behind, and what it gave up. Printed as it stands,
/// also while a shard waits for a store: that is when somebody must be told.
final class WorkerMetrics implements Delivery.Progress {
    private final EmbeddedMetrics metrics;
    private final Map<String, ShardWork> shards = new ConcurrentHashMap<>();
    private final AtomicLong failedAttempts = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();

    WorkerMetrics(EmbeddedMetrics metrics) {
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    void held(String shard, ShardWork work) {
        shards.put(shard, work);
    }

    void released(String shard) {
        shards.remove(shard);
    }

    @Override
    public void attemptFailed() {
        failedAttempts.incrementAndGet();
    }

    @Override
    public void gaveUp(int records) {
        givenUp.addAndGet(records);
    }

    /// Counts since the last call. `behind` is of the shard that is furthest behind; 0 without a shard, as every worker prints.
    void print() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("shards", (long) shards.size());
        counts.put("failed_attempts", failedAttempts.getAndSet(0));
        counts.put("given_up", givenUp.getAndSet(0));
        long behind = shards.values().stream().mapToLong(ShardWork::behindMillis).max().orElse(0);
        metrics.print(counts, Map.of("behind", behind), new Latencies());
    }
}
