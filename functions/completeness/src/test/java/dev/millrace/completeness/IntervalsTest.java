package dev.millrace.completeness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Ledger.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    private static final int SEQ_MAX = 60;

    @Test
    void whatTouchesIsOneInterval() {
        assertThat(Intervals.union(List.of(new Interval(7, 9), new Interval(1, 3), new Interval(4, 4), new Interval(8, 8), new Interval(11, 12))))
                .containsExactly(new Interval(1, 4), new Interval(7, 9), new Interval(11, 12));
    }

    @Test
    void theEndsBelongToAnInterval() {
        assertThat(Intervals.minus(List.of(new Interval(1, 10)), List.of(new Interval(1, 2), new Interval(5, 5), new Interval(10, 20))))
                .containsExactly(new Interval(3, 4), new Interval(6, 9));
        assertThat(Intervals.common(List.of(new Interval(1, 5)), List.of(new Interval(5, 9)))).containsExactly(new Interval(5, 5));
    }

    @RepeatedTest(200)
    void theyAreTheSetsThatTheyStandFor(RepetitionInfo seed) {
        var random = new SplittableRandom(seed.getCurrentRepetition());
        List<Interval> one = Intervals.union(any(random));
        List<Interval> other = Intervals.union(any(random));

        assertThat(Intervals.minus(one, other)).isEqualTo(intervals(without(seqs(one), seqs(other))));
        assertThat(Intervals.common(one, other)).isEqualTo(intervals(without(seqs(one), without(seqs(one), seqs(other)))));
        assertThat(one).isEqualTo(intervals(seqs(one)));
        assertThat(Intervals.size(one)).isEqualTo(seqs(one).size());
    }

    static List<Interval> any(SplittableRandom random) {
        List<Interval> intervals = new ArrayList<>();
        for (int left = random.nextInt(8); left > 0; left--) {
            long first = 1L + random.nextInt(SEQ_MAX);
            intervals.add(new Interval(first, first + random.nextInt(8)));
        }
        return intervals;
    }

    static SortedSet<Long> seqs(List<Interval> intervals) {
        SortedSet<Long> seqs = new TreeSet<>();
        for (Interval interval : intervals) {
            for (long seq = interval.first(); seq <= interval.last(); seq++) {
                seqs.add(seq);
            }
        }
        return seqs;
    }

    static SortedSet<Long> without(SortedSet<Long> from, SortedSet<Long> what) {
        SortedSet<Long> rest = new TreeSet<>(from);
        rest.removeAll(what);
        return rest;
    }

    static List<Interval> intervals(SortedSet<Long> seqs) {
        List<Interval> intervals = new ArrayList<>();
        for (long seq : seqs) {
            if (!intervals.isEmpty() && intervals.getLast().last() == seq - 1) {
                intervals.add(new Interval(intervals.removeLast().first(), seq));
            } else {
                intervals.add(new Interval(seq, seq));
            }
        }
        return intervals;
    }
}
