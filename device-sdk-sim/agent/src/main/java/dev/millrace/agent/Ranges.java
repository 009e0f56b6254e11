package dev.millrace.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// Checks of settings. Each names the setting, what was expected and what came.
final class Ranges {
    private Ranges() {
    }

    static void requireIn(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s not in %d..%d: %d".formatted(what, min, max, value));
        }
    }

    static void requireIn(String what, Duration value, Duration min, Duration max) {
        requireNonNull(value, () -> what + " is null");
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException("%s not in %s..%s: %s".formatted(what, min, max, value));
        }
    }
}
