package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Ledger.Interval;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// States of things, for tests.
final class Things {
    static final int EPOCHS_MAX = 4;

    private Things() {
    }

    /// @param arrivedAtMillis when the thing was last heard of
    static ThingState state(String thing, long arrivedAtMillis, Map<Long, List<Interval>> came) {
        Map<Long, Ledger> ledgers = new TreeMap<>();
        came.forEach((epoch, intervals) -> ledgers.put(epoch, Ledger.of(128, intervals, 0)));
        long taken = ledgers.values().stream().mapToLong(Ledger::taken).sum();
        return new ThingState(thing, 1, new TreeMap<>(ledgers), List.of(), new Progress(arrivedAtMillis, 0, arrivedAtMillis, 0), new Tally(taken, 3, 0, 2), 0);
    }

    static Interval range(long first, long last) {
        return new Interval(first, last);
    }

    /// What a thing misses in epoch 1.
    static Completeness missing(String thing, Interval... gaps) {
        long highest = gaps[gaps.length - 1].last() + 1;
        return Completeness.of(state(thing, 0, Map.of(1L, Intervals.minus(List.of(range(1, highest)), List.of(gaps)))), Map.of(), EPOCHS_MAX);
    }
}
