package dev.millrace.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/// A closed interval of sequence numbers.
///
/// @param first at least 1
/// @param last  at least `first`
public record SeqRange(long first, long last) {
    public SeqRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("expected 1 <= first <= last: %d..%d".formatted(first, last));
        }
    }

    /// The fewest ranges that hold exactly these numbers.
    static List<SeqRange> covering(SortedSet<Long> seqs) {
        List<SeqRange> ranges = new ArrayList<>();
        for (long seq : seqs) {
            if (!ranges.isEmpty() && ranges.getLast().last() == seq - 1) {
                ranges.set(ranges.size() - 1, new SeqRange(ranges.getLast().first(), seq));
            } else {
                ranges.add(new SeqRange(seq, seq));
            }
        }
        return ranges;
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + ".." + last;
    }
}
