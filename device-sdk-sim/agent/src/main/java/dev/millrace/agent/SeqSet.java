package dev.millrace.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A set of sequence numbers as closed intervals: it takes memory for each gap, not for each number. Two weeks of
/// readings that were acknowledged in order are one interval.
final class SeqSet {
    private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();
    private long size;

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean contains(long seq) {
        Map.Entry<Long, Long> range = lastByFirst.floorEntry(seq);
        return range != null && seq <= range.getValue();
    }

    /// The smallest number; only of a set that is not empty.
    long first() {
        return lastByFirst.firstKey();
    }

    /// The largest number; only of a set that is not empty.
    long last() {
        return lastByFirst.lastEntry().getValue();
    }

    /// The fewest ranges that hold exactly these numbers, in their order.
    List<SeqRange> ranges() {
        return lastByFirst.entrySet().stream().map(range -> new SeqRange(range.getKey(), range.getValue())).toList();
    }

    void add(SeqRange range) {
        long first = range.first();
        long last = range.last();
        Map.Entry<Long, Long> before = lastByFirst.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            first = before.getKey();
        }
        for (var next = lastByFirst.ceilingEntry(first); next != null && next.getKey() <= last + 1; next = lastByFirst.ceilingEntry(first)) {
            last = Math.max(last, next.getValue());
            removeRange(next);
        }
        lastByFirst.put(first, last);
        size += last - first + 1;
    }

    void remove(SeqRange range) {
        for (SeqRange common : common(range)) {
            var holder = lastByFirst.floorEntry(common.first());
            removeRange(holder);
            if (holder.getKey() < common.first()) {
                add(new SeqRange(holder.getKey(), common.first() - 1));
            }
            if (common.last() < holder.getValue()) {
                add(new SeqRange(common.last() + 1, holder.getValue()));
            }
        }
    }

    private void removeRange(Map.Entry<Long, Long> range) {
        lastByFirst.remove(range.getKey());
        size -= range.getValue() - range.getKey() + 1;
    }

    /// The numbers of the range that are in the set.
    List<SeqRange> common(SeqRange range) {
        List<SeqRange> common = new ArrayList<>();
        Long from = lastByFirst.floorKey(range.first());
        for (var held : lastByFirst.subMap(from == null ? range.first() : from, true, range.last(), true).entrySet()) {
            long first = Math.max(held.getKey(), range.first());
            long last = Math.min(held.getValue(), range.last());
            if (first <= last) {
                common.add(new SeqRange(first, last));
            }
        }
        return common;
    }

    /// The numbers of the range that are not in the set.
    List<SeqRange> missing(SeqRange range) {
        List<SeqRange> missing = new ArrayList<>();
        long next = range.first();
        for (SeqRange held : common(range)) {
            if (next < held.first()) {
                missing.add(new SeqRange(next, held.first() - 1));
            }
            next = held.last() + 1;
        }
        if (next <= range.last()) {
            missing.add(new SeqRange(next, range.last()));
        }
        return missing;
    }

    /// Forgets all numbers under this one.
    void removeBelow(long seq) {
        if (!isEmpty() && first() < seq) {
            remove(new SeqRange(first(), Math.min(last(), seq - 1)));
        }
    }
}
