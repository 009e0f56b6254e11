package dev.millrace.pipeline.testkit;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.TimeSeries;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A hot store keyed as the real one is: readings by identity, rollups by thing and pane with their version.
public final class InMemoryTimeSeries implements TimeSeries {
    private final Map<ReadingId, Reading> readings = new TreeMap<>();
    private final Map<String, Rollup> rollupsByKey = new TreeMap<>();

    @Override
    public Stored store(List<Accepted> accepted, List<Rollup> rollups) {
        for (Accepted one : accepted) {
            readings.putIfAbsent(one.reading().id(), one.reading());
        }
        for (Rollup rollup : rollups) {
            rollupsByKey.merge(rollup.thing() + "/" + rollup.pane().key(), rollup,
                    (stored, written) -> written.version() > stored.version() ? written : stored);
        }
        return Stored.ALL;
    }

    /// The stored readings by identity.
    public Map<ReadingId, Reading> readings() {
        return readings;
    }

    /// The stored panes by thing and key.
    public Map<String, Pane> panes() {
        Map<String, Pane> panes = new TreeMap<>();
        rollupsByKey.forEach((key, rollup) -> panes.put(key, rollup.pane()));
        return panes;
    }
}
