package dev.millrace.compact;

import dev.millrace.pipeline.Ledger;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a table holds and of which landing objects it was made, as of one commit. It is written as a file of its own
/// before the commit, and the commit names it: so the rows, the ledger and the list of consumed objects are true
/// together or not at all.
///
/// Mutable: a commit is prepared on a copy of its own, which is thrown away if it fails.
final class LakeState {
    /// As many intervals as there are: what the table holds must be exact.
    private static final int UNBOUNDED = Integer.MAX_VALUE / 2;

    /// Counts the commits.
    private long generation;
    /// All that arrived before is in the table, except what landed later than it should; milliseconds since 1970.
    private long completeToMillis;
    /// Objects of hours before this one have all been consumed: no more can come. A prefix that sorts with the keys.
    private String finalBefore = "";
    /// Keys of the consumed objects of later hours.
    private final SortedSet<String> consumed = new TreeSet<>();
    /// The objects that the last commit consumed: they may have to be marked yet.
    private final SortedSet<String> lastConsumed = new TreeSet<>();
    /// By thing and epoch.
    private final SortedMap<String, SortedMap<Long, Ledger>> ledgers = new TreeMap<>();
    /// Panes that are to be computed again, by thing and [number][#paneNumber].
    private final SortedMap<String, Ledger> panes = new TreeMap<>();

    long generation() {
        return generation;
    }

    void setGeneration(long generation) {
        this.generation = generation;
    }

    long completeToMillis() {
        return completeToMillis;
    }

    void setCompleteToMillis(long completeToMillis) {
        this.completeToMillis = completeToMillis;
    }

    String finalBefore() {
        return finalBefore;
    }

    /// Forgets the consumed objects of the hours before.
    void setFinalBefore(String finalBefore) {
        this.finalBefore = finalBefore;
        consumed.headSet(finalBefore).clear();
    }

    SortedSet<String> consumed() {
        return consumed;
    }

    SortedSet<String> lastConsumed() {
        return lastConsumed;
    }

    SortedMap<String, SortedMap<Long, Ledger>> ledgers() {
        return ledgers;
    }

    SortedMap<String, Ledger> panes() {
        return panes;
    }

    /// How a pane is named in a ledger, which begins with 1: its start in pane lengths since 1970, and 1.
    ///
    /// @param millis any instant of the pane
    static long paneNumber(long millis, long paneMillis) {
        return millis / paneMillis + 1;
    }

    static Ledger emptyLedger() {
        return new Ledger(UNBOUNDED);
    }

    static Ledger ledgerOf(List<Ledger.Interval> intervals) {
        return Ledger.of(UNBOUNDED, intervals, 0);
    }

    /// What is in one set and in none of the others.
    static Ledger without(Ledger all, List<Ledger> others) {
        Ledger left = emptyLedger();
        for (Ledger.Interval interval : all.intervals()) {
            for (long number = interval.first(); number <= interval.last(); number++) {
                long candidate = number;
                if (others.stream().noneMatch(other -> other.contains(candidate))) {
                    left.add(candidate);
                }
            }
        }
        return left;
    }

    /// The ledgers of a thing, made if there are none.
    SortedMap<Long, Ledger> ledgersOf(String thing) {
        return ledgers.computeIfAbsent(thing, _ -> new TreeMap<>());
    }

    /// How many readings the table has taken.
    long rows() {
        return ledgers.values().stream().flatMap(epochs -> epochs.values().stream()).mapToLong(Ledger::taken).sum();
    }
}
