package dev.millrace.agent;

import dev.millrace.events.ReadingId;
import java.time.InstantSource;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Chooses epochs: seconds since 1970 times 2^20, plus 20 random bits. A device whose journal is lost must not
/// choose an epoch that it had before, although nothing is left to tell it: the seconds see to that while the
/// clock goes forward, the random bits make it improbable (one in a million each time) when the clock starts
/// with the same second after each power failure. Below 2^53 until the year 2242, so that every JSON reader
/// keeps it exact. Epochs say nothing about order.
public final class Epochs {
    private static final int RANDOM_BITS = 20;
    private static final long SECONDS_MAX = ReadingId.EPOCH_MAX >> RANDOM_BITS;

    private Epochs() {
    }

    /// @param random differs at every start
    /// @param known  epochs that the device had before, as far as it knows
    public static long next(InstantSource clock, RandomGenerator random, Set<Long> known) {
        long seconds = Math.clamp(clock.instant().getEpochSecond(), 0, SECONDS_MAX);
        long epoch;
        do {
            epoch = seconds << RANDOM_BITS | random.nextLong(1L << RANDOM_BITS);
        } while (epoch == 0 || known.contains(epoch));
        return epoch;
    }
}
