package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger.Interval;
import java.util.Comparator;
import java.util.List;

/// A range of missing readings as it is remembered from run to run.
///
/// @param seqs             missing, all of them
/// @param seenMillis       when some range that it was part of was first seen missing
/// @param quietSinceMillis since when none of it came: a gap that shrinks is being filled
/// @param asks             how often its device was asked for it
/// @param askedMillis      when last; 0 if never
record Gap(long epoch, Interval seqs, long seenMillis, long quietSinceMillis, int asks, long askedMillis) {
    static final Comparator<Gap> ORDER = Comparator.comparingLong(Gap::epoch).thenComparingLong(gap -> gap.seqs().first());

    static Gap fresh(long epoch, Interval seqs, long nowMillis) {
        return new Gap(epoch, seqs, nowMillis, nowMillis, 0, 0);
    }

    /// What of it is missing now. If some of it came, the others may be about to.
    Gap shrunkTo(Interval part, long nowMillis) {
        return part.equals(seqs) ? this : new Gap(epoch, part, seenMillis, nowMillis, asks, askedMillis);
    }

    Gap asked(long nowMillis) {
        return new Gap(epoch, seqs, seenMillis, quietSinceMillis, asks + 1, nowMillis);
    }

    /// Cuts it behind its first readings.
    List<Gap> cutAfter(long readings) {
        long last = seqs.first() + readings - 1;
        return last >= seqs.last() ? List.of(this) : List.of(
                new Gap(epoch, new Interval(seqs.first(), last), seenMillis, quietSinceMillis, asks, askedMillis),
                new Gap(epoch, new Interval(last + 1, seqs.last()), seenMillis, quietSinceMillis, asks, askedMillis));
    }

    boolean touches(Gap next) {
        return epoch == next.epoch && seqs.last() + 1 == next.seqs.first();
    }

    Gap joined(Gap next) {
        return new Gap(epoch, new Interval(seqs.first(), next.seqs.last()), Math.min(seenMillis, next.seenMillis),
                Math.max(quietSinceMillis, next.quietSinceMillis), asks, Math.max(askedMillis, next.askedMillis));
    }
}
