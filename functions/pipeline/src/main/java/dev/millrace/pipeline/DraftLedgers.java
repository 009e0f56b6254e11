package dev.millrace.pipeline;

import dev.millrace.events.ReadingId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A thing's ledgers while a plan works on them.
final class DraftLedgers {
    private final Limits limits;
    private final SortedMap<Long, Ledger> ledgers = new TreeMap<>();
    private long forgotten;
    /// The ledger of the last reading: mostly that of the next one.
    private long lastEpoch;
    private Ledger last;

    DraftLedgers(ThingState before, Limits limits) {
        this.limits = limits;
        for (Map.Entry<Long, Ledger> one : before.ledgers().entrySet()) {
            ledgers.put(one.getKey(), one.getValue().copy());
        }
        forgotten = before.forgotten();
        forgetOldest();
    }

    /// Whether the epoch's ledger was given up earlier, so that nobody knows what of it was counted.
    boolean hasForgotten(long epoch) {
        return epoch != lastEpoch && !ledgers.containsKey(epoch) && ledgers.size() == limits.epochsMax() && epoch < ledgers.firstKey();
    }

    long oldestEpoch() {
        return ledgers.firstKey();
    }

    /// Enters a reading.
    ///
    /// @return false if it was there
    boolean take(ReadingId id) {
        if (id.epoch() != lastEpoch) {
            lastEpoch = id.epoch();
            last = ledgers.computeIfAbsent(lastEpoch, _ -> new Ledger(limits.intervalsMax()));
            forgetOldest();
        }
        return last.add(id.seq());
    }

    /// More than one only when the bound has been lowered.
    private void forgetOldest() {
        while (ledgers.size() > limits.epochsMax()) {
            Ledger oldest = ledgers.remove(ledgers.firstKey());
            forgotten += oldest.lost() + oldest.missing().stream().mapToLong(Ledger.Interval::size).sum();
        }
    }

    SortedMap<Long, Ledger> result() {
        return ledgers;
    }

    /// Readings missing or lost in epochs that were given up.
    long forgotten() {
        return forgotten;
    }
}
