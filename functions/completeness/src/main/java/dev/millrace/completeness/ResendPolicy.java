package dev.millrace.completeness;

import java.time.Duration;

/// How much of devices is asked, and how soon.
///
/// @param grace            how long nothing of a gap must have come before it counts as missing and is asked for: what is on its
///                         way is not missing
/// @param heardWithin      a thing that was not heard of for so long is not asked: the broker keeps commands for as long as its
///                         session lives, an hour unless the device says otherwise
/// @param backoff          before the same is asked for a second time; it doubles with each time
/// @param asksMax          how often the same is asked for: with the backoff some four days, and devices keep what was acknowledged
///                         for seven
/// @param rangesMax        ranges, each a message, that a run asks for
/// @param readingsMax      readings that a run asks for; 0 asks for nothing
/// @param thingRangesMax   as `rangesMax`, of one thing: a device has room for 1,000 in all
/// @param thingReadingsMax as `readingsMax`, of one thing; a command may ask for 1,000,000
record ResendPolicy(Duration grace, Duration heardWithin, Duration backoff, int asksMax, int rangesMax, long readingsMax, int thingRangesMax,
        long thingReadingsMax) {
    static final long READINGS_MAX = 1_000_000;
    static final ResendPolicy DEFAULT = new ResendPolicy(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(6), 5, 1_000, READINGS_MAX, 100, 100_000);

    ResendPolicy {
        if (readingsMax < 0 || readingsMax > READINGS_MAX) {
            throw new IllegalArgumentException("readingsMax must be 0 to %d: %d".formatted(READINGS_MAX, readingsMax));
        }
        if (grace.isNegative() || backoff.isNegative() || asksMax < 1 || asksMax > 10 || rangesMax < 1 || thingRangesMax < 1 || thingReadingsMax < 1) {
            throw new IllegalArgumentException("grace and backoff must not be negative, asksMax must be 1 to 10, and the others at least 1");
        }
    }

    ResendPolicy withGrace(Duration otherGrace) {
        return new ResendPolicy(otherGrace, heardWithin, backoff, asksMax, rangesMax, readingsMax, thingRangesMax, thingReadingsMax);
    }

    ResendPolicy withReadingsMax(long otherReadingsMax) {
        return new ResendPolicy(grace, heardWithin, backoff, asksMax, rangesMax, otherReadingsMax, thingRangesMax, thingReadingsMax);
    }

    /// Whether nothing of it came for a while.
    boolean isOverdue(Gap gap, long nowMillis) {
        return nowMillis - gap.quietSinceMillis() >= grace.toMillis();
    }

    /// Whether its device was asked for it as often as may be.
    boolean isUnanswered(Gap gap) {
        return gap.asks() >= asksMax;
    }

    /// Whether the last time it was asked for is long enough ago for another.
    boolean isRested(Gap gap, long nowMillis) {
        return gap.asks() == 0 || nowMillis - gap.askedMillis() >= backoff.toMillis() << (gap.asks() - 1);
    }
}
