package dev.millrace.pipeline.simulation;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Timestream as `TimestreamSeries` uses it: a row is known by thing, type and time, the time of a reading carries its
/// seq in the nanoseconds; the same key with the same or a lower version changes nothing; a row outside the window of
/// time is refused for good.
final class HotStore {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /// Timestream refuses times more than 15 minutes ahead.
    private static final long AHEAD_MAX_MILLIS = 15 * 60_000;

    private record RowKey(String thing, String type, long nanos) {
    }

    private final World world;
    private final Map<RowKey, Reading> rows = new HashMap<>();
    private final Map<ReadingId, Reading> byId = new TreeMap<>();
    private final Map<String, Map<Pane.Key, Pane>> panes = new TreeMap<>();

    HotStore(World world) {
        this.world = world;
    }

    /// @return why it is refused, if it is
    Optional<String> write(Accepted accepted) {
        Reading reading = accepted.reading();
        if (!isInWindow(reading.takenAtMillis())) {
            world.log("hot store refuses %s", reading.id());
            return Optional.of("outside the window of time");
        }
        var key = new RowKey(reading.id().thing(), accepted.type().name(),
                reading.takenAtMillis() * NANOS_PER_MILLI + reading.id().seq() % NANOS_PER_MILLI);
        Reading before = rows.putIfAbsent(key, reading);
        world.require(before == null || before.equals(reading), "hot store row", "%s and %s share the row %s", before, reading, key);
        byId.put(reading.id(), reading);
        world.log("hot store holds %s", reading.id());
        return Optional.empty();
    }

    void write(Rollup rollup) {
        Pane.Key key = rollup.pane().key();
        if (isInWindow(key.startMillis())) {
            Pane now = panes.computeIfAbsent(rollup.thing(), _ -> new TreeMap<>())
                    .merge(key, rollup.pane(), (stored, written) -> written.readings() > stored.readings() ? written : stored);
            world.log("hot store holds pane %s of %s with %d readings, written with %d",
                    key, rollup.thing(), now.readings(), rollup.pane().readings());
        }
    }

    /// Whether the store takes this time now. What it takes at the end it took all along.
    boolean isInWindow(long millis) {
        return millis >= world.nowMillis() - world.weather().hotStoreRetention().toMillis() && millis <= world.nowMillis() + AHEAD_MAX_MILLIS;
    }

    Map<ReadingId, Reading> readings() {
        return byId;
    }

    Map<Pane.Key, Pane> panes(String thing) {
        return panes.getOrDefault(thing, Map.of());
    }
}
