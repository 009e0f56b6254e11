package dev.millrace.agent;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What became of the readings of a journal, by epoch, as its entries say one after the other.
final class Fates {
    /// In an entry: 16 bytes each, far under the longest entry.
    private static final int RANGES_OF_ENTRY_MAX = 1_000;

    private final Map<Long, SeqSet> settled = new HashMap<>();
    private final SortedMap<Long, SeqSet> unreported = new TreeMap<>();

    void apply(Entry entry) {
        switch (entry) {
            case Entry.Acknowledged(long epoch, List<SeqRange> ranges) -> ranges.forEach(settled(epoch)::add);
            case Entry.Lost(long epoch, List<SeqRange> ranges) -> {
                ranges.forEach(settled(epoch)::add);
                ranges.forEach(unreported.computeIfAbsent(epoch, _ -> new SeqSet())::add);
            }
            case Entry.Reported(long epoch, List<SeqRange> ranges) -> {
                SeqSet left = unreported.getOrDefault(epoch, new SeqSet());
                ranges.forEach(left::remove);
                if (left.isEmpty()) {
                    unreported.remove(epoch);
                }
            }
            case Entry.Opened _, Entry.Taken _, Entry.Closed _ -> {
                // say nothing about it
            }
        }
    }

    /// The seqs of one epoch that need no sending: acknowledged, or lost and known to be.
    SeqSet settled(long epoch) {
        return settled.computeIfAbsent(epoch, _ -> new SeqSet());
    }

    Set<Long> settledEpochs() {
        return Set.copyOf(settled.keySet());
    }

    /// By epoch the lost seqs of which the cloud does not know yet.
    SortedMap<Long, List<SeqRange>> unreported() {
        SortedMap<Long, List<SeqRange>> ranges = new TreeMap<>();
        unreported.forEach((epoch, seqs) -> ranges.put(epoch, seqs.ranges()));
        return Collections.unmodifiableSortedMap(ranges);
    }

    /// Forgets an epoch of which no segment is left.
    void forgetSettled(long epoch) {
        settled.remove(epoch);
    }

    /// Entries that say all of this again, so that older segments are not needed for it.
    void summarize(Consumer<Entry> summary) {
        settled.forEach((epoch, seqs) -> inParts(seqs.ranges(), part -> summary.accept(new Entry.Acknowledged(epoch, part))));
        unreported.forEach((epoch, seqs) -> inParts(seqs.ranges(), part -> summary.accept(new Entry.Lost(epoch, part))));
    }

    private static void inParts(List<SeqRange> ranges, Consumer<List<SeqRange>> part) {
        for (int from = 0; from < ranges.size(); from += RANGES_OF_ENTRY_MAX) {
            part.accept(ranges.subList(from, Math.min(ranges.size(), from + RANGES_OF_ENTRY_MAX)));
        }
    }
}
