package dev.millrace.local.kinesis;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One stream: its shards, past and present, and which of them takes which key. Changes of shards are complete when
/// the call returns; the states CREATING and UPDATING of AWS are never seen here.
final class LocalStream {
    static final int SHARDS_MAX = 10_000;
    /// A PUT payload unit of the price list, 25 KB.
    static final int PUT_UNIT_BYTES = 25 << 10;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final Duration RETENTION_MIN = Duration.ofDays(1);
    private static final Duration RETENTION_MAX = Duration.ofDays(365);

    /// Where a record came to rest.
    record Receipt(String shardId, Shard.Put put) {
    }

    private final String name;
    private final Duration retention;
    private final InstantSource clock;
    private final long createdMillis;
    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final LongAdder putUnits = new LongAdder();
    private int shardsEver;
    // replaced as a whole at every reshard, so that puts read it without a lock
    private volatile NavigableMap<BigInteger, Shard> open = new TreeMap<>();

    LocalStream(String name, int shardCount, Duration retention, InstantSource clock) {
        if (!NAME.matcher(name).matches()) {
            throw KinesisError.validation("stream name is not [a-zA-Z0-9_.-]{1,128}: " + name);
        }
        if (shardCount < 1 || shardCount > SHARDS_MAX) {
            throw KinesisError.invalidArgument("ShardCount not in 1..%d: %d".formatted(SHARDS_MAX, shardCount));
        }
        if (retention.compareTo(RETENTION_MIN) < 0 || retention.compareTo(RETENTION_MAX) > 0) {
            throw KinesisError.invalidArgument("retention not in 24..8760 hours: " + retention);
        }
        this.name = name;
        this.retention = retention;
        this.clock = clock;
        this.createdMillis = clock.millis();
        // the same instant: a stream without a shard at its first moment would have none at its horizon
        replace(List.of(), HashRange.even(shardCount), createdMillis);
    }

    String name() {
        return name;
    }

    Duration retention() {
        return retention;
    }

    long createdMillis() {
        return createdMillis;
    }

    int openShardCount() {
        return open.size();
    }

    StreamUse use() {
        return new StreamUse(name, open.size(), Duration.ofMillis(clock.millis() - createdMillis), retention, putUnits.sum());
    }

    Receipt put(PutEntry entry) {
        while (true) {
            Shard shard = open.floorEntry(entry.hash()).getValue();
            Shard.Put put = shard.put(entry.partitionKey(), entry.data(), entry.size(), clock.millis());
            if (put instanceof Shard.Put.Taken) {
                putUnits.add(Math.max(1, Math.ceilDiv(entry.size(), PUT_UNIT_BYTES)));
            }
            if (!(put instanceof Shard.Put.Closed)) {
                return new Receipt(shard.id(), put);
            }
            Thread.onSpinWait();
        }
    }

    /// All shards that retention has left, oldest first.
    synchronized List<Shard> shards() {
        long horizon = horizonMillis();
        shards.values().removeIf(shard -> shard.closedBefore(horizon));
        return List.copyOf(shards.values());
    }

    synchronized Shard shard(String shardId) {
        Shard shard = shards.get(shardId);
        if (shard == null || shard.closedBefore(horizonMillis())) {
            throw KinesisError.notFound("Could not find shard %s in stream %s".formatted(shardId, name));
        }
        shard.trim(horizonMillis());
        return shard;
    }

    long horizonMillis() {
        return clock.millis() - retention.toMillis();
    }

    synchronized void split(String shardId, BigInteger newStart) {
        Shard parent = openShard(shardId);
        HashRange whole = parent.range();
        if (newStart.compareTo(whole.start()) <= 0 || newStart.compareTo(whole.end()) > 0) {
            throw KinesisError.invalidArgument("NewStartingHashKey %s is not within %s above its start, %s..%s"
                    .formatted(newStart, shardId, whole.start(), whole.end()));
        }
        replace(List.of(parent), List.of(new HashRange(whole.start(), newStart.subtract(BigInteger.ONE)),
                new HashRange(newStart, whole.end())), clock.millis());
    }

    synchronized void merge(String shardId, String adjacentShardId) {
        Shard shard = openShard(shardId);
        Shard adjacent = openShard(adjacentShardId);
        if (!shard.range().isAdjacentTo(adjacent.range())) {
            throw KinesisError.invalidArgument("shards %s and %s are not adjacent".formatted(shardId, adjacentShardId));
        }
        replace(List.of(shard, adjacent), List.of(shard.range().join(adjacent.range())), clock.millis());
    }

    /// Doubles or halves the number of shards. AWS also does what lies between, by rounds of splits and merges.
    synchronized void resize(int target) {
        List<Shard> before = List.copyOf(open.values());
        if (target == before.size() * 2) {
            for (Shard shard : before) {
                split(shard.id(), shard.range().middle());
            }
        } else if (target * 2 == before.size()) {
            for (int i = 0; i < before.size(); i += 2) {
                merge(before.get(i).id(), before.get(i + 1).id());
            }
        } else {
            throw KinesisError.notHere("UpdateShardCount from %d to %d; only to the double or the half"
                    .formatted(before.size(), target));
        }
    }

    private Shard openShard(String shardId) {
        Shard shard = shard(shardId);
        if (shard.closed()) {
            throw KinesisError.inUse("shard %s is closed".formatted(shardId));
        }
        return shard;
    }

    private void replace(List<Shard> parents, List<HashRange> ranges, long now) {
        parents.forEach(parent -> parent.close(now));
        var children = new ArrayList<Shard>();
        for (HashRange range : ranges) {
            var child = new Shard(shardsEver, range, parents, now);
            shardsEver++;
            children.add(child);
            shards.put(child.id(), child);
        }
        parents.forEach(parent -> parent.adopt(children));
        var next = new TreeMap<BigInteger, Shard>();
        Stream.concat(open.values().stream().filter(shard -> !parents.contains(shard)), children.stream())
                .forEach(shard -> next.put(shard.range().start(), shard));
        open = next;
    }

    @Override
    public String toString() {
        return name + open.values().stream().map(Shard::id).collect(joining(", ", "[", "]"));
    }
}
