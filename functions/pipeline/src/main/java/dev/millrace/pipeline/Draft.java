package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A thing's next state while a plan works on it. Everything is decided reading by reading in the order of the
/// records, so the outcome does not depend on how the shard was cut into batches.
final class Draft {
    private final ThingState before;
    private final Limits limits;
    private final SortedMap<Long, Ledger> ledgers = new TreeMap<>();
    private final SortedMap<Pane.Key, Pane> panes = new TreeMap<>();
    private final SortedSet<Pane.Key> touched = new TreeSet<>();
    private Tally tally = Tally.ZERO;
    private long watermarkMillis;
    private long forgotten;

    Draft(ThingState before, Limits limits) {
        this.before = before;
        this.limits = limits;
        for (Map.Entry<Long, Ledger> ledger : before.ledgers().entrySet()) {
            ledgers.put(ledger.getKey(), ledger.getValue().copy());
        }
        for (Pane pane : before.panes()) {
            panes.put(pane.key(), pane);
        }
        watermarkMillis = before.watermarkMillis();
        forgotten = before.forgotten();
    }

    /// Whether the epoch's ledger was given up earlier, so that nobody knows what of it was counted.
    boolean hasForgotten(long epoch) {
        return !ledgers.containsKey(epoch) && ledgers.size() == limits.epochsMax() && epoch < ledgers.firstKey();
    }

    long oldestEpoch() {
        return ledgers.firstKey();
    }

    /// Enters the reading in its ledger.
    ///
    /// @return false if it was there
    boolean take(Reading reading) {
        Ledger ledger = ledgers.computeIfAbsent(reading.id().epoch(), _ -> new Ledger(limits.intervalsMax()));
        if (ledgers.size() > limits.epochsMax()) {
            Ledger oldest = ledgers.remove(ledgers.firstKey());
            forgotten += oldest.lost() + oldest.missing().stream().mapToLong(Ledger.Interval::size).sum();
        }
        return ledger.add(reading.id().seq());
    }

    /// Counts an accepted reading in its pane.
    ///
    /// @return false if it is late: its pane is closed
    boolean aggregate(Reading reading, DeviceType type) {
        watermarkMillis = Math.max(watermarkMillis, reading.takenAtMillis());
        Pane.Key key = Pane.Key.of(type, reading.takenAtMillis());
        if (isClosed(key, type)) {
            return false;
        }
        panes.put(key, panes.getOrDefault(key, Pane.empty(key)).plus(reading, type));
        touched.add(key);
        return true;
    }

    private boolean isClosed(Pane.Key key, DeviceType type) {
        return key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis;
    }

    void count(Tally more) {
        tally = tally.plus(more);
    }

    Tally tally() {
        return tally;
    }

    List<Rollup> rollups() {
        List<Rollup> rollups = new ArrayList<>(touched.size());
        for (Pane.Key key : touched) {
            rollups.add(new Rollup(before.thing(), panes.get(key)));
        }
        return rollups;
    }

    /// The state to commit. Panes that no reading can reach any more are left out.
    ThingState next(DeviceTypes types) {
        List<Pane> open = new ArrayList<>(panes.size());
        for (Pane pane : panes.values()) {
            boolean closed = types.find(pane.key().type()).map(type -> isClosed(pane.key(), type)).orElse(true);
            if (!closed) {
                open.add(pane);
            }
        }
        return new ThingState(before.thing(), before.version() + 1, ledgers, open, watermarkMillis, before.tally().plus(tally), forgotten);
    }
}
