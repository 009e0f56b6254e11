package dev.millrace.local.meter;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How much of what was used.
///
/// @param amounts in the order of the units, without zeros
public record Usage(SortedMap<Line, Double> amounts) {
    /// One line of a bill.
    ///
    /// @param part of the service that used it: a function, a table; empty where nobody tells parts apart
    public record Line(BilledUnit unit, String part) implements Comparable<Line> {
        private static final Comparator<Line> ORDER = Comparator.comparing(Line::unit).thenComparing(Line::part);

        public Line {
            requireNonNull(unit, "unit is null");
            requireNonNull(part, "part is null");
        }

        @Override
        public int compareTo(Line other) {
            return ORDER.compare(this, other);
        }
    }

    public Usage {
        var kept = new TreeMap<Line, Double>();
        amounts.forEach((line, amount) -> {
            if (!Double.isFinite(amount) || amount < 0) {
                throw new IllegalArgumentException("amount of %s is not finite and 0 or more: %s".formatted(line, amount));
            }
            if (amount > 0) {
                kept.put(line, amount);
            }
        });
        amounts = Collections.unmodifiableSortedMap(kept);
    }

    /// Of all parts together; 0 for what was not used.
    public double amount(BilledUnit unit) {
        return amounts.entrySet().stream().filter(entry -> entry.getKey().unit() == unit).mapToDouble(Map.Entry::getValue).sum();
    }

    /// 0 for what was not used.
    public double amount(BilledUnit unit, String part) {
        return amounts.getOrDefault(new Line(unit, part), 0.0);
    }

    /// What was used since an earlier look at the same meter.
    public Usage since(Usage earlier) {
        var later = new TreeMap<Line, Double>();
        amounts.forEach((line, amount) -> later.put(line, Math.max(0, amount - earlier.amount(line.unit(), line.part()))));
        return new Usage(later);
    }

    /// Gathers amounts.
    public static final class Sum {
        private final SortedMap<Line, Double> amounts = new TreeMap<>();

        public Sum add(BilledUnit unit, double amount) {
            return add(unit, "", amount);
        }

        public Sum add(BilledUnit unit, String part, double amount) {
            amounts.merge(new Line(unit, part), amount, Double::sum);
            return this;
        }

        /// Whole units.
        public Sum count(BilledUnit unit, String part, long amount) {
            return add(unit, part, (double) amount);
        }

        public Usage total() {
            return new Usage(amounts);
        }
    }
}
