package dev.millrace.completeness;

/// Sums over all things. A device that claims absurd seqs must not turn a sum negative, so they stop at the largest number.
///
/// @param things   with a state or a notice
/// @param accepted readings counted since things were first seen
record Totals(long things, long expected, long taken, long missing, long lost, long givenUp, long accepted, long duplicates, long late) {
    static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

    Totals plus(Completeness one) {
        return new Totals(things + 1, add(expected, one.expected()), add(taken, one.taken()), add(missing, one.missing()), add(lost, one.lost()),
                add(givenUp, one.givenUp()), add(accepted, one.tally().accepted()), add(duplicates, one.tally().duplicate()), add(late, one.tally().late()));
    }

    /// Readings that no one has any more.
    long gone() {
        return add(lost, givenUp);
    }

    /// @param a not negative
    /// @param b not negative
    static long add(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
