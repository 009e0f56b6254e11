package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The states table: encoded items under a version, written on condition. Also remembers, for the audit, which
/// records each commit was for.
final class StateTable {
    private record Item(long version, byte[] body) {
    }

    /// A commit that went through.
    record Commit(Batch batch, ThingState before, ThingState after) {
        List<StreamRecord> records() {
            return batch.records().stream().filter(record -> record.partitionKey().equals(after.thing())).toList();
        }
    }

    /// Looks at every commit that goes through.
    interface Watcher {
        void committed(Commit commit);
    }

    private final World world;
    private final Limits limits;
    private final Watcher watcher;
    private final Map<String, Item> items = new TreeMap<>();
    private final Map<String, List<Commit>> commits = new TreeMap<>();

    StateTable(World world, Watcher watcher) {
        this.world = world;
        this.limits = world.weather().limits();
        this.watcher = watcher;
    }

    ThingState get(String thing) {
        Item item = items.get(thing);
        return item == null ? ThingState.unseen(thing) : StateCodec.decode(thing, item.version, item.body, limits);
    }

    /// @return false if the stored version is not the one before
    boolean put(ThingState state, Batch batch) {
        ThingState before = get(state.thing());
        if (before.version() != state.version() - 1) {
            world.log("state of %s is at version %d, so %d is refused", state.thing(), before.version(), state.version());
            return false;
        }
        items.put(state.thing(), new Item(state.version(), StateCodec.encode(state)));
        ThingState after = get(state.thing());
        world.require(after.equals(state), "state codec", "%s came back as %s", state, after);
        world.log("state of %s at version %d by batch %s: %s %s", state.thing(), state.version(), batch.name(), state.ledgers(), state.tally());
        var commit = new Commit(batch, before, after);
        commits.computeIfAbsent(state.thing(), _ -> new ArrayList<>()).add(commit);
        watcher.committed(commit);
        return true;
    }

    /// The things whose panes a sweep is to close.
    List<String> idle() {
        return items.keySet().stream().filter(thing -> {
            long idleFromMillis = get(thing).progress().idleFromMillis();
            return idleFromMillis > 0 && idleFromMillis <= world.nowMillis();
        }).toList();
    }

    /// The commits of a thing, oldest first.
    List<Commit> commits(String thing) {
        return commits.getOrDefault(thing, List.of());
    }
}
