package dev.millrace.pipeline;

/// Mergeable statistics of one measure.
///
/// Sums are kept as the unevaluated sum of two doubles (double-double arithmetic, T. J. Dekker 1971): an addition
/// loses less than 2^-104 of the magnitude of its terms. So whatever the order of n readings, [#sum] and [#squares]
/// differ by at most one unit in the last place, as long as the terms do not cancel to less than n times 2^-50 of
/// their magnitude. They are not bit-identical by proof: that would take an accumulator of a few hundred bytes for each
/// measure, and no average of a minute is worth that.
///
/// @param count         of values, at least 1
/// @param sum           of the values, rounded
/// @param sumRest       what rounding took from the sum
/// @param squares       sum of the values' squares, rounded; with sum and count it gives the standard deviation
/// @param squaresRest   what rounding took from the squares
/// @param min           the smallest value
/// @param max           the largest value
/// @param first         the earliest value; of values of the same instant the smallest
/// @param firstAtMillis when it was taken
/// @param last          the latest value; of values of the same instant the largest
/// @param lastAtMillis  when it was taken
public record Aggregate(long count, double sum, double sumRest, double squares, double squaresRest, double min, double max,
        double first, long firstAtMillis, double last, long lastAtMillis) {
    public Aggregate {
        if (count < 1 || firstAtMillis > lastAtMillis) {
            throw new IllegalArgumentException("aggregate of %d values from %d to %d".formatted(count, firstAtMillis, lastAtMillis));
        }
    }

    /// The aggregate of one value.
    public static Aggregate of(double value, long takenAtMillis) {
        var running = new RunningAggregate();
        running.add(value, takenAtMillis);
        return running.result();
    }

    /// The aggregate of the values of both.
    public Aggregate merge(Aggregate other) {
        var running = new RunningAggregate(this);
        running.add(other);
        return running.result();
    }
}
