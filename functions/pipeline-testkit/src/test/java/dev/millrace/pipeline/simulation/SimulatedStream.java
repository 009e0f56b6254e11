package dev.millrace.pipeline.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.pipeline.StreamRecord;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// A Kinesis stream: a record goes to the open shard whose range holds the MD5 of its partition key, and gets the
/// next sequence number and the time of its arrival. A split or merge closes shards; their children take what comes
/// after (Kinesis developer guide, "Resharding a stream").
final class SimulatedStream {
    private static final long HASH_MAX = (1L << 62) - 1;
    /// Beyond 64 bits, as real ones are.
    private static final String SEQUENCE_PREFIX = "496000000000000000000000000000000000";

    private final World world;
    private final List<SimulatedShard> shards = new ArrayList<>();
    private final List<StreamRecord> arrived = new ArrayList<>();
    private long sequence = 100_000;

    SimulatedStream(World world) {
        this.world = world;
        int count = world.weather().shards();
        for (int i = 0; i < count; i++) {
            long first = HASH_MAX / count * i;
            long last = i == count - 1 ? HASH_MAX : HASH_MAX / count * (i + 1) - 1;
            open(first, last, List.of());
        }
    }

    private SimulatedShard open(long firstHash, long lastHash, List<SimulatedShard> parents) {
        var shard = new SimulatedShard("shardId-%012d".formatted(shards.size()), firstHash, lastHash, parents);
        shards.add(shard);
        return shard;
    }

    StreamRecord put(String partitionKey, byte[] payload) {
        SimulatedShard shard = shardOf(hash(partitionKey));
        sequence += world.chance().between(1, 3);
        var record = new StreamRecord(SEQUENCE_PREFIX + sequence, partitionKey, world.nowMillis(), payload);
        shard.records().add(record);
        arrived.add(record);
        world.log("%s takes %s of %s: %s", shard, sequence, partitionKey, new String(payload, UTF_8));
        return record;
    }

    private SimulatedShard shardOf(long hash) {
        return shards.stream().filter(shard -> shard.takes(hash)).findFirst().orElseThrow();
    }

    private static long hash(String partitionKey) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(UTF_8));
            return ByteBuffer.wrap(digest).getLong() >>> 2;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Splits an open shard anywhere, or merges it with its neighbour.
    void reshard() {
        List<SimulatedShard> open = shards.stream().filter(shard -> !shard.isClosed()).toList();
        SimulatedShard one = world.chance().pick(open);
        List<SimulatedShard> neighbours = open.stream().filter(shard -> shard.firstHash() == one.lastHash() + 1).toList();
        one.close();
        if (!neighbours.isEmpty() && world.chance().oneIn(2)) {
            SimulatedShard other = neighbours.getFirst();
            other.close();
            SimulatedShard child = open(one.firstHash(), other.lastHash(), List.of(one, other));
            world.log("%s and %s merge into %s", one, other, child);
        } else {
            long middle = world.chance().between(one.firstHash(), one.lastHash() - 1);
            SimulatedShard lower = open(one.firstHash(), middle, List.of(one));
            SimulatedShard upper = open(middle + 1, one.lastHash(), List.of(one));
            world.log("%s splits into %s and %s", one, lower, upper);
        }
    }

    List<SimulatedShard> shards() {
        return shards;
    }

    /// All records in the order of their arrival.
    List<StreamRecord> arrived() {
        return arrived;
    }
}
