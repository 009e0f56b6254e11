package dev.millrace.agent;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.Collection;
import java.util.List;

/// A closed interval of sequence numbers.
///
/// @param first at least 1
/// @param last  at least `first`, at most [ReadingId#SEQ_MAX]
public record SeqRange(long first, long last) {
    public SeqRange {
        if (first < 1 || last < first || last > ReadingId.SEQ_MAX) {
            throw new IllegalArgumentException("expected 1 <= first <= last <= %d: %d..%d".formatted(ReadingId.SEQ_MAX, first, last));
        }
    }

    /// How many numbers it holds.
    public long size() {
        return last - first + 1;
    }

    /// The fewest ranges that hold exactly the seqs of these readings.
    public static List<SeqRange> covering(Collection<Reading> readings) {
        var seqs = new SeqSet();
        readings.forEach(reading -> seqs.add(new SeqRange(reading.id().seq(), reading.id().seq())));
        return seqs.ranges();
    }

    static long sizeOf(List<SeqRange> ranges) {
        return ranges.stream().mapToLong(SeqRange::size).sum();
    }

    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + ".." + last;
    }
}
