package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Records of one shard in their order, as one delivery. The same records may come again, alone or cut differently.
///
/// @param shard   the shard's name, e.g. `shardId-000000000001`
/// @param records at least one
public record Batch(String shard, List<StreamRecord> records) {
    public Batch {
        requireNonNull(shard, "shard is null");
        records = List.copyOf(records);
        if (records.isEmpty()) {
            throw new IllegalArgumentException("batch of %s has no record".formatted(shard));
        }
    }

    public StreamRecord first() {
        return records.getFirst();
    }

    public StreamRecord last() {
        return records.getLast();
    }

    /// The records of each thing, in the order of their first ones.
    public Map<String, List<StreamRecord>> byThing() {
        Map<String, List<StreamRecord>> byThing = new LinkedHashMap<>();
        for (StreamRecord record : records) {
            byThing.computeIfAbsent(record.partitionKey(), _ -> new ArrayList<>()).add(record);
        }
        return byThing;
    }

    /// Names this cut of the shard: `<shard>-<first>-<last>`. A sink that keys its object by it overwrites it with
    /// the same bytes on a retry. Both ends belong in it: were it the first alone, a delayed write of a shorter cut
    /// could replace a longer one and lose its tail.
    public String name() {
        return "%s-%s-%s".formatted(shard, first().sequenceNumber(), last().sequenceNumber());
    }
}
