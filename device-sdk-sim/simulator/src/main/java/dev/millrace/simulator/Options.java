package dev.millrace.simulator;

/// Checks of numbers from the command line.
final class Options {
    private Options() {
    }

    static void requireIn(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s not in %d..%d: %d".formatted(option, min, max, value));
        }
    }

    static void requireRatio(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s not in 0..1: %s".formatted(option, value));
        }
    }
}
