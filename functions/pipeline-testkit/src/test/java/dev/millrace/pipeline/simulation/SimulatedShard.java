package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.List;

/// A shard: a range of hash keys, and its records for ever.
final class SimulatedShard {
    private final String name;
    private final long firstHash;
    private final long lastHash;
    private final List<SimulatedShard> parents;
    private final List<StreamRecord> records = new ArrayList<>();
    private boolean closed;

    SimulatedShard(String name, long firstHash, long lastHash, List<SimulatedShard> parents) {
        this.name = name;
        this.firstHash = firstHash;
        this.lastHash = lastHash;
        this.parents = List.copyOf(parents);
    }

    boolean takes(long hash) {
        return !closed && hash >= firstHash && hash <= lastHash;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    long firstHash() {
        return firstHash;
    }

    long lastHash() {
        return lastHash;
    }

    List<SimulatedShard> parents() {
        return parents;
    }

    List<StreamRecord> records() {
        return records;
    }

    @Override
    public String toString() {
        return name;
    }
}
