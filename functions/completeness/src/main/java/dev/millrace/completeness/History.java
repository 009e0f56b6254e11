package dev.millrace.completeness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sums of earlier runs, by which a run tells what the last day brought.
///
/// @param sums ascending by time; one of a day ago or older is the first
record History(List<Sum> sums) {
    static final Duration WINDOW = Duration.ofDays(1);
    static final History NONE = new History(List.of());

    /// @param accepted readings counted
    /// @param gone     readings that nobody has any more
    record Sum(long atMillis, long accepted, long gone) {
        static final Sum NOTHING = new Sum(0, 0, 0);
    }

    History {
        sums = List.copyOf(sums);
    }

    /// What has come since a day ago: the sums less those of a day ago, of a younger system all of them. Never negative,
    /// although a thing whose state is removed takes its counts along.
    Sum ofLastDay(Sum now) {
        Sum before = sums.stream().filter(sum -> isOld(sum, now)).reduce((_, later) -> later).orElse(Sum.NOTHING);
        return new Sum(now.atMillis, Math.max(0, now.accepted - before.accepted), Math.max(0, now.gone - before.gone));
    }

    History with(Sum now) {
        List<Sum> kept = new ArrayList<>(sums);
        while (kept.size() > 1 && isOld(kept.get(1), now)) {
            kept.removeFirst();
        }
        kept.add(now);
        return new History(kept);
    }

    private static boolean isOld(Sum sum, Sum now) {
        return now.atMillis - sum.atMillis >= WINDOW.toMillis();
    }
}
