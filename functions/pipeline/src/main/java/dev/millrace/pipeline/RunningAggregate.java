package dev.millrace.pipeline;

/// An [Aggregate] while values are added to it; adding makes no object.
final class RunningAggregate {
    private long count;
    private double sum;
    private double sumRest;
    private double squares;
    private double squaresRest;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double first;
    private long firstAtMillis = Long.MAX_VALUE;
    private double last;
    private long lastAtMillis = Long.MIN_VALUE;

    RunningAggregate() {
    }

    RunningAggregate(Aggregate start) {
        add(start);
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(double value, long takenAtMillis) {
        count++;
        addToSum(value, 0);
        double square = value * value;
        addToSquares(square, Math.fma(value, value, -square));
        addExtremes(value, value, value, takenAtMillis, value, takenAtMillis);
    }

    void add(Aggregate other) {
        count += other.count();
        addToSum(other.sum(), other.sumRest());
        addToSquares(other.squares(), other.squaresRest());
        addExtremes(other.min(), other.max(), other.first(), other.firstAtMillis(), other.last(), other.lastAtMillis());
    }

    /// The exact error of a rounded sum is itself a double (D. E. Knuth, TwoSum); it is kept, and the pair normalised.
    private void addToSum(double high, double low) {
        double rounded = sum + high;
        double part = rounded - sum;
        double rest = (sum - (rounded - part)) + (high - part) + sumRest + low;
        sum = rounded + rest;
        sumRest = rest - (sum - rounded);
    }

    private void addToSquares(double high, double low) {
        double rounded = squares + high;
        double part = rounded - squares;
        double rest = (squares - (rounded - part)) + (high - part) + squaresRest + low;
        squares = rounded + rest;
        squaresRest = rest - (squares - rounded);
    }

    private void addExtremes(double otherMin, double otherMax, double otherFirst, long otherFirstAt, double otherLast, long otherLastAt) {
        min = Math.min(min, otherMin);
        max = Math.max(max, otherMax);
        if (otherFirstAt < firstAtMillis || (otherFirstAt == firstAtMillis && otherFirst < first)) {
            first = otherFirst;
            firstAtMillis = otherFirstAt;
        }
        if (otherLastAt > lastAtMillis || (otherLastAt == lastAtMillis && otherLast > last)) {
            last = otherLast;
            lastAtMillis = otherLastAt;
        }
    }

    Aggregate result() {
        return new Aggregate(count, sum, sumRest, squares, squaresRest, min, max, first, firstAtMillis, last, lastAtMillis);
    }
}
