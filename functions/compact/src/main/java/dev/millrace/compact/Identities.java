package dev.millrace.compact;

import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A set of readings by their identities, without bound.
final class Identities {
    private final SortedMap<String, SortedMap<Long, Ledger>> ledgers = new TreeMap<>();
    private byte[] thing = new byte[0];
    private SortedMap<Long, Ledger> ofThing = new TreeMap<>();

    /// @return whether it was not in the set
    boolean add(byte[] row, int at) {
        return ofThing(row, at).computeIfAbsent(Rows.epoch(row, at), _ -> LakeState.emptyLedger()).add(Rows.seq(row, at));
    }

    void add(ReadingId id) {
        ledgers.computeIfAbsent(id.thing(), _ -> new TreeMap<>()).computeIfAbsent(id.epoch(), _ -> LakeState.emptyLedger()).add(id.seq());
    }

    boolean contains(byte[] row, int at) {
        Ledger ledger = ofThing(row, at).get(Rows.epoch(row, at));
        return ledger != null && ledger.contains(Rows.seq(row, at));
    }

    boolean isEmpty() {
        return ledgers.values().stream().allMatch(Map::isEmpty);
    }

    /// Of a set that is not empty; there may be nothing of it.
    String firstThing() {
        return ledgers.firstKey();
    }

    String lastThing() {
        return ledgers.lastKey();
    }

    /// Rows of one thing come together.
    private SortedMap<Long, Ledger> ofThing(byte[] row, int at) {
        if (!Rows.isOf(row, at, thing)) {
            String name = Rows.thing(row, at);
            thing = name.getBytes(StandardCharsets.UTF_8);
            ofThing = ledgers.computeIfAbsent(name, _ -> new TreeMap<>());
        }
        return ofThing;
    }
}
