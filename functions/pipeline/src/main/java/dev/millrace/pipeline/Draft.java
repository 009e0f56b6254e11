package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A thing's next state while a plan works on it. Everything is decided reading by reading in the order of the
/// records, so the outcome does not depend on how the shard was cut into batches.
final class Draft {
    private final ThingState before;
    private final Limits limits;
    private final SortedMap<Long, Ledger> ledgers = new TreeMap<>();
    private final SortedMap<Pane.Key, Pane> untouched = new TreeMap<>();
    private final SortedMap<Pane.Key, RunningPane> touched = new TreeMap<>();
    private long watermarkMillis;
    private long forgotten;
    private long accepted;
    private long duplicate;
    private long rejected;
    private long late;
    /// The epoch and the pane of the last reading: mostly those of the next one.
    private long ledgerEpoch;
    private Ledger ledger;
    private RunningPane pane;

    Draft(ThingState before, Limits limits) {
        this.before = before;
        this.limits = limits;
        for (Map.Entry<Long, Ledger> one : before.ledgers().entrySet()) {
            ledgers.put(one.getKey(), one.getValue().copy());
        }
        for (Pane one : before.panes()) {
            untouched.put(one.key(), one);
        }
        watermarkMillis = before.watermarkMillis();
        forgotten = before.forgotten();
    }

    /// Whether the epoch's ledger was given up earlier, so that nobody knows what of it was counted.
    boolean hasForgotten(long epoch) {
        return epoch != ledgerEpoch && !ledgers.containsKey(epoch) && ledgers.size() == limits.epochsMax() && epoch < ledgers.firstKey();
    }

    long oldestEpoch() {
        return ledgers.firstKey();
    }

    /// Enters the reading in its ledger.
    ///
    /// @return false if it was there
    boolean take(Reading reading) {
        if (reading.id().epoch() != ledgerEpoch) {
            ledgerEpoch = reading.id().epoch();
            ledger = ledgers.computeIfAbsent(ledgerEpoch, _ -> new Ledger(limits.intervalsMax()));
            if (ledgers.size() > limits.epochsMax()) {
                Ledger oldest = ledgers.remove(ledgers.firstKey());
                forgotten += oldest.lost() + oldest.missing().stream().mapToLong(Ledger.Interval::size).sum();
            }
        }
        return ledger.add(reading.id().seq());
    }

    /// Counts an accepted reading in its pane.
    ///
    /// @return false if it is late: its pane is closed
    boolean aggregate(Reading reading, DeviceType type) {
        long takenAtMillis = reading.takenAtMillis();
        watermarkMillis = Math.max(watermarkMillis, takenAtMillis);
        if (pane == null || !pane.covers(type, takenAtMillis)) {
            pane = null;
            Pane.Key key = Pane.Key.of(type, takenAtMillis);
            if (isClosed(key, type)) {
                return false;
            }
            pane = touched.computeIfAbsent(key, _ -> {
                Pane known = untouched.remove(key);
                return new RunningPane(known == null ? Pane.empty(key) : known, type);
            });
        } else if (isClosed(pane.key(), type)) {
            return false;
        }
        pane.add(reading);
        return true;
    }

    private boolean isClosed(Pane.Key key, DeviceType type) {
        return key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis;
    }

    void countAccepted(boolean isLate) {
        accepted++;
        if (isLate) {
            late++;
        }
    }

    void countDuplicate() {
        duplicate++;
    }

    void countRejected(long readings) {
        rejected += readings;
    }

    Tally tally() {
        return new Tally(accepted, duplicate, rejected, late);
    }

    /// What became of the thing's readings, once all are decided.
    ///
    /// @param state   to commit; panes that no reading can reach any more are left out
    /// @param rollups the panes that changed
    record Outcome(ThingState state, List<Rollup> rollups) {
    }

    Outcome outcome(DeviceTypes types) {
        SortedMap<Pane.Key, Pane> panes = new TreeMap<>(untouched);
        List<Rollup> rollups = new ArrayList<>(touched.size());
        for (RunningPane running : touched.values()) {
            Pane result = running.result();
            panes.put(result.key(), result);
            rollups.add(new Rollup(before.thing(), result));
        }
        List<Pane> open = new ArrayList<>(panes.size());
        for (Pane one : panes.values()) {
            boolean closed = types.find(one.key().type()).map(type -> isClosed(one.key(), type)).orElse(true);
            if (!closed) {
                open.add(one);
            }
        }
        var state = new ThingState(before.thing(), before.version() + 1, ledgers, open, watermarkMillis, before.tally().plus(tally()), forgotten);
        return new Outcome(state, rollups);
    }
}
