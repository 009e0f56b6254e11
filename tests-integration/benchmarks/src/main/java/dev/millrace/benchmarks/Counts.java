package dev.millrace.benchmarks;

/// What became of the readings of one pass, as the function's own metrics say.
record Counts(long accepted, long duplicate, long rejected) {
    static final Counts ZERO = new Counts(0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(accepted + other.accepted, duplicate + other.duplicate, rejected + other.rejected);
    }

    long readings() {
        return accepted + duplicate + rejected;
    }
}
