package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that must be remembered of a thing to count its next reading exactly once. One item in the state store.
///
/// @param thing     whose state
/// @param version   how often it was committed; 0 if never
/// @param ledgers   by epoch
/// @param panes     the open panes, ascending
/// @param progress  how far the thing is
/// @param tally     since the thing was first seen
/// @param forgotten readings missing in epochs that were given up, they count as lost
public record ThingState(String thing, long version, SortedMap<Long, Ledger> ledgers, List<Pane> panes, Progress progress, Tally tally,
        long forgotten) {
    public ThingState {
        requireNonNull(thing, "thing is null");
        requireNonNull(progress, "progress is null");
        requireNonNull(tally, "tally is null");
        ledgers = Collections.unmodifiableSortedMap(new TreeMap<>(ledgers));
        panes = List.copyOf(panes);
        if (version < 0) {
            throw new IllegalArgumentException("version of %s is negative: %d".formatted(thing, version));
        }
    }

    /// The state of a thing that no batch has brought yet.
    public static ThingState unseen(String thing) {
        return new ThingState(thing, 0, Collections.emptySortedMap(), List.of(), Progress.NONE, Tally.ZERO, 0);
    }

    /// Readings that were given up: behind too many gaps or in an epoch too old.
    public long lost() {
        return forgotten + ledgers.values().stream().mapToLong(Ledger::lost).sum();
    }
}
