package dev.millrace.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The set of seqs taken in one epoch of one thing, as closed intervals, the way QUIC keeps its acknowledged packet
/// ranges: exact for ever in a few bytes, and the gaps are the list of what is missing. Bounded: past
/// `intervalsMax` the oldest gap is closed and its seqs are counted as lost; should one of them come after all, it
/// is a duplicate here and still in the lake.
///
/// Mutable and not thread-safe: a plan works on its own copy.
public final class Ledger {
    /// A closed range of seqs, `first <= last`.
    public record Interval(long first, long last) {
        public long size() {
            return last - first + 1;
        }
    }

    private final int intervalsMax;
    /// first, last, first, last, …: ascending, and no two intervals touch.
    private long[] bounds;
    private int size;
    private long lost;

    public Ledger(int intervalsMax) {
        if (intervalsMax < 2) {
            throw new IllegalArgumentException("intervalsMax must be at least 2: " + intervalsMax);
        }
        this.intervalsMax = intervalsMax;
        this.bounds = new long[8];
    }

    private Ledger(Ledger other) {
        this.intervalsMax = other.intervalsMax;
        this.bounds = other.bounds.clone();
        this.size = other.size;
        this.lost = other.lost;
    }

    /// Restores a ledger.
    ///
    /// @param intervals ascending, apart from each other by at least one seq, from 1
    /// @throws IllegalArgumentException if they are not, or `lost` is negative
    public static Ledger of(int intervalsMax, List<Interval> intervals, long lost) {
        var ledger = new Ledger(intervalsMax);
        ledger.bounds = new long[Math.max(8, 2 * intervals.size())];
        long before = -1;
        for (Interval interval : intervals) {
            if (interval.first() < 1 || interval.first() <= before + 1 || interval.last() < interval.first()) {
                throw new IllegalArgumentException("intervals not ascending and apart: " + intervals);
            }
            ledger.bounds[ledger.size++] = interval.first();
            ledger.bounds[ledger.size++] = interval.last();
            before = interval.last();
        }
        if (lost < 0) {
            throw new IllegalArgumentException("lost is negative: " + lost);
        }
        ledger.lost = lost;
        ledger.boundIntervals();
        return ledger;
    }

    public Ledger copy() {
        return new Ledger(this);
    }

    public boolean contains(long seq) {
        if (size == 0 || seq > bounds[size - 1]) {
            return false;
        }
        int at = Arrays.binarySearch(bounds, 0, size, seq);
        // a negative result names the insertion point: an odd one lies between a first and its last
        return at >= 0 || (-at - 1) % 2 == 1;
    }

    /// Takes a seq.
    ///
    /// @param seq at least 1
    /// @return false if it was taken before (or given up as lost)
    public boolean add(long seq) {
        if (seq < 1) {
            throw new IllegalArgumentException("seq must be at least 1: " + seq);
        }
        if (size > 0 && seq == bounds[size - 1] + 1) {
            bounds[size - 1] = seq;
            return true;
        }
        if (contains(seq)) {
            return false;
        }
        int at = -Arrays.binarySearch(bounds, 0, size, seq) - 1;
        boolean touchesBefore = at > 0 && bounds[at - 1] == seq - 1;
        boolean touchesAfter = at < size && bounds[at] == seq + 1;
        if (touchesBefore && touchesAfter) {
            remove(at - 1);
        } else if (touchesBefore) {
            bounds[at - 1] = seq;
        } else if (touchesAfter) {
            bounds[at] = seq;
        } else {
            insert(at, seq);
            boundIntervals();
        }
        return true;
    }

    private void insert(int at, long seq) {
        if (size + 2 > bounds.length) {
            bounds = Arrays.copyOf(bounds, bounds.length * 2);
        }
        System.arraycopy(bounds, at, bounds, at + 2, size - at);
        bounds[at] = seq;
        bounds[at + 1] = seq;
        size += 2;
    }

    /// Removes a last and the first after it: the two intervals become one.
    private void remove(int at) {
        System.arraycopy(bounds, at + 2, bounds, at, size - at - 2);
        size -= 2;
    }

    private void boundIntervals() {
        while (size > 2 * intervalsMax) {
            lost += bounds[2] - bounds[1] - 1;
            remove(1);
        }
    }

    /// How many readings were taken; those given up as lost are not among them.
    public long taken() {
        long taken = -lost;
        for (int i = 0; i < size; i += 2) {
            taken += bounds[i + 1] - bounds[i] + 1;
        }
        return taken;
    }

    /// How many readings were given up because there were too many gaps.
    public long lost() {
        return lost;
    }

    /// The highest seq taken, 0 if none.
    public long highest() {
        return size == 0 ? 0 : bounds[size - 1];
    }

    /// The seqs below [#highest] that have not come, ascending.
    public List<Interval> missing() {
        List<Interval> missing = new ArrayList<>();
        long next = 1;
        for (Interval interval : intervals()) {
            if (interval.first() > next) {
                missing.add(new Interval(next, interval.first() - 1));
            }
            next = interval.last() + 1;
        }
        return missing;
    }

    /// The seqs taken or given up, ascending and apart.
    public List<Interval> intervals() {
        List<Interval> intervals = new ArrayList<>(size / 2);
        for (int i = 0; i < size; i += 2) {
            intervals.add(new Interval(bounds[i], bounds[i + 1]));
        }
        return intervals;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Ledger other && lost == other.lost && Arrays.equals(bounds, 0, size, other.bounds, 0, other.size);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(lost) * 31 + intervals().hashCode();
    }

    @Override
    public String toString() {
        return intervals() + (lost == 0 ? "" : ", lost " + lost);
    }
}
