package dev.millrace.pipeline;

/// Mergeable statistics of one measure.
///
/// @param count         of values, at least 1
/// @param sum           of the values
/// @param min           the smallest value
/// @param max           the largest value
/// @param first         the earliest value; of values of the same instant the smallest
/// @param firstAtMillis when it was taken
/// @param last          the latest value; of values of the same instant the largest
/// @param lastAtMillis  when it was taken
public record Aggregate(long count, double sum, double min, double max, double first, long firstAtMillis, double last, long lastAtMillis) {
    public Aggregate {
        if (count < 1 || firstAtMillis > lastAtMillis) {
            throw new IllegalArgumentException("aggregate of %d values from %d to %d".formatted(count, firstAtMillis, lastAtMillis));
        }
    }

    /// The aggregate of one value.
    public static Aggregate of(double value, long takenAtMillis) {
        return new Aggregate(1, value, value, value, value, takenAtMillis, value, takenAtMillis);
    }

    /// The aggregate of the values of both.
    public Aggregate merge(Aggregate other) {
        boolean otherFirst = other.firstAtMillis < firstAtMillis || (other.firstAtMillis == firstAtMillis && other.first < first);
        boolean otherLast = other.lastAtMillis > lastAtMillis || (other.lastAtMillis == lastAtMillis && other.last > last);
        return new Aggregate(count + other.count, sum + other.sum, Math.min(min, other.min), Math.max(max, other.max),
                otherFirst ? other.first : first, Math.min(firstAtMillis, other.firstAtMillis),
                otherLast ? other.last : last, Math.max(lastAtMillis, other.lastAtMillis));
    }
}
