package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger.Interval;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Sets of seqs. But for [#union] they are given and returned ascending, and apart by at least one seq.
final class Intervals {
    private Intervals() {
    }

    /// Makes one set of intervals in any order that may touch and overlap.
    static List<Interval> union(Collection<Interval> intervals) {
        List<Interval> all = new ArrayList<>();
        for (Interval next : intervals.stream().sorted(Comparator.comparingLong(Interval::first)).toList()) {
            if (!all.isEmpty() && next.first() <= all.getLast().last() + 1) {
                Interval before = all.removeLast();
                all.add(new Interval(before.first(), Math.max(before.last(), next.last())));
            } else {
                all.add(next);
            }
        }
        return all;
    }

    /// What is in `from` and not in `what`.
    static List<Interval> minus(List<Interval> from, List<Interval> what) {
        List<Interval> rest = new ArrayList<>();
        int at = 0;
        for (Interval interval : from) {
            long next = interval.first();
            while (at < what.size() && what.get(at).last() < next) {
                at++;
            }
            for (int i = at; i < what.size() && what.get(i).first() <= interval.last(); i++) {
                if (what.get(i).first() > next) {
                    rest.add(new Interval(next, what.get(i).first() - 1));
                }
                next = what.get(i).last() + 1;
            }
            if (next <= interval.last()) {
                rest.add(new Interval(next, interval.last()));
            }
        }
        return rest;
    }

    /// What is in both.
    static List<Interval> common(List<Interval> one, List<Interval> other) {
        return minus(one, minus(one, other));
    }

    static long size(List<Interval> intervals) {
        return intervals.stream().mapToLong(Interval::size).sum();
    }
}
