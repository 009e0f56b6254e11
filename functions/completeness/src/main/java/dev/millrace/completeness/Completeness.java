package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Ledger.Interval;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/// What became of the readings that one thing is known to have taken, by its ledgers and its notices of lost readings.
///
/// A reading is known to have been taken if its seq is not above the highest that came, or that a notice names. So what a
/// device took after the last reading that came is not seen here, and neither is a device that is silent.
///
/// @param thing     whose
/// @param epochs    ascending; those whose ledger is remembered, and newer ones of which only notices came
/// @param tally     since the thing was first seen, epochs that were given up included
/// @param forgotten readings missing or given up in epochs that were given up: they have no ranges any more
public record Completeness(String thing, List<Epoch> epochs, Tally tally, long forgotten) {
    /// The account of one epoch: `expected = taken + missing + lost + givenUp`.
    ///
    /// @param epoch    of the device's journal
    /// @param expected readings known to have been taken
    /// @param taken    of these came: counted, or in quarantine
    /// @param givenUp  gaps that were closed because the ledger had too many; their seqs are not known any more
    /// @param missing  came not and are told of by nobody; what is on its way is among them
    /// @param lost     came not, and the device says that it gave them up
    public record Epoch(long epoch, long expected, long taken, long givenUp, List<Interval> missing, List<Interval> lost) {
        public Epoch {
            missing = List.copyOf(missing);
            lost = List.copyOf(lost);
            long accounted = taken + givenUp + Intervals.size(missing) + Intervals.size(lost);
            if (expected != accounted) {
                throw new IllegalStateException("epoch %d: %d readings expected, %d accounted for".formatted(epoch, expected, accounted));
            }
        }

        private static Epoch of(long epoch, Ledger ledger, List<Interval> told) {
            long highest = ledger.highest();
            long horizon = told.isEmpty() ? highest : Math.max(highest, told.getLast().last());
            List<Interval> gaps = new ArrayList<>(ledger.missing());
            if (horizon > highest) {
                gaps.add(new Interval(highest + 1, horizon));
            }
            List<Interval> missing = Intervals.minus(gaps, told);
            return new Epoch(epoch, horizon, ledger.taken(), ledger.lost(), missing, Intervals.minus(gaps, missing));
        }
    }

    public Completeness {
        requireNonNull(thing, "thing is null");
        requireNonNull(tally, "tally is null");
        epochs = List.copyOf(epochs);
    }

    /// Accounts for a thing.
    ///
    /// @param told      what the thing's notices name as lost, by epoch, each ascending and apart. A reading that came all the
    ///                  same was not lost: the ledger says so
    /// @param epochsMax ledgers that are kept of a thing: if there are as many, an older epoch may have been forgotten, and what
    ///                  its notices name may have come, so they say nothing
    /// @throws IllegalStateException if the account does not come out even, which is a defect
    public static Completeness of(ThingState state, Map<Long, List<Interval>> told, int epochsMax) {
        Map<Long, Ledger> ledgers = state.ledgers();
        Set<Long> epochs = new TreeSet<>(ledgers.keySet());
        boolean mayHaveForgotten = ledgers.size() >= epochsMax;
        told.keySet().stream().filter(epoch -> !mayHaveForgotten || epoch > state.ledgers().firstKey()).forEach(epochs::add);
        // never added to, so its bound does not matter
        Ledger none = new Ledger(2);
        return new Completeness(state.thing(),
                epochs.stream().map(epoch -> Epoch.of(epoch, ledgers.getOrDefault(epoch, none), told.getOrDefault(epoch, List.of()))).toList(),
                state.tally(), state.forgotten());
    }

    /// Readings known to have been taken by the device.
    public long expected() {
        return sum(Epoch::expected) + forgotten;
    }

    /// Readings that came, of the epochs that are remembered.
    public long taken() {
        return sum(Epoch::taken);
    }

    /// Readings that did not come, and may still.
    public long missing() {
        return sum(epoch -> Intervals.size(epoch.missing()));
    }

    /// Readings that the device gave up, as its notices say.
    public long lost() {
        return sum(epoch -> Intervals.size(epoch.lost()));
    }

    /// Readings that were given up here, because their gaps or epochs were too many.
    public long givenUp() {
        return sum(Epoch::givenUp) + forgotten;
    }

    private long sum(ToLongFunction<Epoch> count) {
        return epochs.stream().mapToLong(count).sum();
    }
}
