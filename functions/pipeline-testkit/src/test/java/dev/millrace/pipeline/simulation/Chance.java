package dev.millrace.pipeline.simulation;

import java.util.List;
import java.util.SplittableRandom;

/// The one generator of a history, in the words of a simulation.
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// True in so many of a hundred cases.
    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    boolean oneIn(int cases) {
        return random.nextInt(cases) == 0;
    }

    /// Both ends included.
    int between(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    /// Both ends included.
    long between(long min, long max) {
        return random.nextLong(min, max + 1);
    }

    <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    int pickInt(int... some) {
        return some[random.nextInt(some.length)];
    }

    <T> void shuffle(List<T> some) {
        for (int i = some.size() - 1; i > 0; i--) {
            some.set(i, some.set(random.nextInt(i + 1), some.get(i)));
        }
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
