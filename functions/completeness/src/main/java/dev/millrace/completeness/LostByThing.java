package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What all notices say, by thing and epoch. A notice that is read twice changes nothing.
///
/// Mutable and not thread-safe.
public final class LostByThing {
    private final SortedMap<String, SortedMap<Long, List<Interval>>> lost = new TreeMap<>();

    void add(LostNotice notice) {
        if (!notice.lost().isEmpty()) {
            add(notice.thing(), notice.epoch(), notice.lost());
        }
    }

    void add(String thing, long epoch, List<Interval> seqs) {
        SortedMap<Long, List<Interval>> epochs = lost.computeIfAbsent(thing, _ -> new TreeMap<>());
        List<Interval> all = new ArrayList<>(epochs.getOrDefault(epoch, List.of()));
        all.addAll(seqs);
        epochs.put(epoch, List.copyOf(Intervals.union(all)));
    }

    /// What a thing's notices name, by epoch, each ascending and apart.
    public SortedMap<Long, List<Interval>> of(String thing) {
        return Collections.unmodifiableSortedMap(lost.getOrDefault(thing, Collections.emptySortedMap()));
    }

    /// The things that sent a notice.
    public Set<String> things() {
        return Collections.unmodifiableSet(lost.keySet());
    }
}
