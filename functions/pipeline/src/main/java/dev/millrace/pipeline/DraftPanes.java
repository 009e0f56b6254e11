package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A thing's panes while a plan works on them. A pane is closed by the watermark, by a sweep, or to make room.
final class DraftPanes {
    private static final Comparator<Pane.Key> EARLIEST_END = Comparator.comparingLong(Pane.Key::endMillis).thenComparing(Comparator.naturalOrder());

    private final String thing;
    private final DeviceTypes types;
    private final Limits limits;
    private final SortedMap<Pane.Key, Pane> untouched = new TreeMap<>();
    private final SortedMap<Pane.Key, RunningPane> touched = new TreeMap<>();
    private long watermarkMillis;
    private long closedMillis;
    private long arrivedAtMillis;
    /// What the panes may take in the state, those that have closed meanwhile included.
    private long bytes;
    /// The pane of the last reading: mostly that of the next one.
    private RunningPane last;

    DraftPanes(ThingState before, DeviceTypes types, Limits limits) {
        this.thing = before.thing();
        this.types = types;
        this.limits = limits;
        for (Pane one : before.panes()) {
            untouched.put(one.key(), one);
            bytes += types.find(one.key().type()).map(StateCodec::paneBytesMax).orElse(0);
        }
        watermarkMillis = before.progress().watermarkMillis();
        closedMillis = before.progress().closedMillis();
        arrivedAtMillis = before.progress().arrivedAtMillis();
    }

    void arrived(long atMillis) {
        arrivedAtMillis = Math.max(arrivedAtMillis, atMillis);
    }

    /// Counts an accepted reading in its pane.
    ///
    /// @return false if it is late: its pane is closed
    boolean add(Reading reading, DeviceType type) {
        long takenAtMillis = reading.takenAtMillis();
        watermarkMillis = Math.max(watermarkMillis, takenAtMillis);
        if (last == null || !last.covers(type, takenAtMillis)) {
            last = pane(Pane.Key.of(type, takenAtMillis), type);
        } else if (isClosed(last.key(), type)) {
            last = null;
        }
        if (last == null) {
            return false;
        }
        last.add(reading);
        return true;
    }

    /// @return the open pane, or null if it is closed
    private RunningPane pane(Pane.Key key, DeviceType type) {
        if (isClosed(key, type)) {
            return null;
        }
        RunningPane running = touched.get(key);
        if (running == null) {
            Pane known = untouched.remove(key);
            if (known == null && !makeRoom(key, type)) {
                return null;
            }
            running = new RunningPane(known == null ? Pane.empty(key) : known, type);
            touched.put(key, running);
        }
        return running;
    }

    private boolean isClosed(Pane.Key key, DeviceType type) {
        return key.endMillis() <= closedMillis || key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis;
    }

    /// Closes the panes that end first until there is room for one more.
    ///
    /// @return false if that one is itself among them
    private boolean makeRoom(Pane.Key key, DeviceType type) {
        bytes += StateCodec.paneBytesMax(type);
        if (bytes > limits.panesBytesMax()) {
            SortedMap<Pane.Key, DeviceType> open = openTypes();
            open.put(key, type);
            bytes = open.values().stream().mapToLong(StateCodec::paneBytesMax).sum();
            for (Map.Entry<Pane.Key, DeviceType> one : open.entrySet()) {
                if (bytes <= limits.panesBytesMax() && one.getKey().endMillis() > closedMillis) {
                    break;
                }
                closedMillis = Math.max(closedMillis, one.getKey().endMillis());
                bytes -= StateCodec.paneBytesMax(one.getValue());
            }
        }
        return !isClosed(key, type);
    }

    /// Closes all panes if the thing has been silent for long enough.
    void sweep(long atMillis) {
        SortedMap<Pane.Key, DeviceType> open = openTypes();
        if (!open.isEmpty() && atMillis >= idleFromMillis(open)) {
            closedMillis = open.lastKey().endMillis();
            last = null;
        }
    }

    private long idleFromMillis(Map<Pane.Key, DeviceType> open) {
        return open.entrySet().stream().mapToLong(one ->
                Math.max(one.getKey().endMillis(), arrivedAtMillis) + one.getValue().allowedLateness().toMillis()).max().orElse(0);
    }

    /// The types of all open panes, those that end first in front. A pane of a type that is no longer known is closed.
    private SortedMap<Pane.Key, DeviceType> openTypes() {
        SortedMap<Pane.Key, DeviceType> open = new TreeMap<>(EARLIEST_END);
        for (SortedMap<Pane.Key, ?> some : List.of(untouched, touched)) {
            for (Pane.Key key : some.keySet()) {
                Optional<DeviceType> type = types.find(key.type());
                if (type.isPresent() && !isClosed(key, type.get())) {
                    open.put(key, type.get());
                }
            }
        }
        return open;
    }

    /// What became of the panes, once all readings are counted.
    ///
    /// @param open    those that readings can still reach, ascending
    /// @param rollups those that changed, closed ones included
    record Outcome(List<Pane> open, Progress progress, List<Rollup> rollups) {
    }

    Outcome outcome() {
        Map<Pane.Key, Pane> results = new HashMap<>(untouched);
        List<Rollup> rollups = new ArrayList<>(touched.size());
        touched.forEach((key, running) -> {
            Pane result = running.result();
            results.put(key, result);
            rollups.add(Rollup.counted(thing, running.type(), result));
        });
        SortedMap<Pane.Key, DeviceType> open = openTypes();
        return new Outcome(open.keySet().stream().sorted().map(results::get).toList(),
                new Progress(watermarkMillis, closedMillis, arrivedAtMillis, idleFromMillis(open)), rollups);
    }
}
