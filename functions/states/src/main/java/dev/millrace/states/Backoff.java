package dev.millrace.states;

import java.util.random.RandomGenerator;

/// The tries of one call and the time between them: full jitter below a ceiling that doubles.
final class Backoff {
    static final int TRIES_MAX = 8;
    private static final long FIRST_CEILING_MILLIS = 25;

    private final RandomGenerator random;
    private final Pause pause;
    private int tries = 1;

    /// [Thread#sleep(long)], except in tests.
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    Backoff(RandomGenerator random, Pause pause) {
        this.random = random;
        this.pause = pause;
    }

    /// Waits for the next try.
    ///
    /// @return false at once if there is none left
    boolean permitsAnother() throws InterruptedException {
        if (tries == TRIES_MAX) {
            return false;
        }
        pause.millis(random.nextLong(1 + (FIRST_CEILING_MILLIS << (tries - 1))));
        tries++;
        return true;
    }
}
