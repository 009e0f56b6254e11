package dev.millrace.cost;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.meter.BilledUnit;
import dev.millrace.local.meter.BilledUnit.Grows;
import dev.millrace.local.meter.Usage;
import java.util.List;

/// What was used, priced line by line.
///
/// @param lines those that stand there without a reading last
public record Bill(List<Line> lines) {
    /// @param service for people
    /// @param part    a function or table, or empty
    /// @param dollars of all of it
    public record Line(BilledUnit unit, String service, String part, String unitName, double amount, PriceSheet.Price price, double dollars) {
        /// Whether it is there without a reading.
        public boolean isFixed() {
            return unit.grows() == Grows.NOT;
        }
    }

    public Bill {
        lines = List.copyOf(lines);
    }

    public static Bill of(Usage usage, PriceSheet sheet) {
        requireNonNull(sheet, "sheet is null");
        List<Line> lines = usage.amounts().entrySet().stream().map(entry -> {
            BilledUnit unit = entry.getKey().unit();
            PriceSheet.Price price = sheet.price(unit);
            return new Line(unit, price.service(), entry.getKey().part(), price.unit(), entry.getValue(), price, sheet.cost(unit, entry.getValue()));
        }).toList();
        return new Bill(lines);
    }

    public double total() {
        return lines.stream().mapToDouble(Line::dollars).sum();
    }

    public double fixed() {
        return lines.stream().filter(Line::isFixed).mapToDouble(Line::dollars).sum();
    }

    public double growing() {
        return total() - fixed();
    }
}
