package dev.millrace.cli;

import dev.millrace.cost.Bill;
import dev.millrace.cost.PriceSheet;
import java.util.List;
import java.util.Locale;

/// A bill as tables for a terminal.
final class BillText {
    private static final String UNVERIFIED = "?";

    private BillText() {
    }

    /// @param readings by which the lines that grow are divided; 0 for no such column
    static String of(Bill bill, long readings) {
        var table = new TextTable("service", "unit", "units", "USD a unit", "USD", readings == 0 ? "share %" : "USD a million readings");
        List<Bill.Line> growing = bill.lines().stream().filter(line -> !line.isFixed()).toList();
        List<Bill.Line> fixed = bill.lines().stream().filter(Bill.Line::isFixed).toList();
        growing.forEach(line -> row(table, line, bill.total(), readings));
        table.rule();
        sum(table, "grows with things and readings", bill.growing(), bill.total(), readings);
        table.rule();
        fixed.forEach(line -> row(table, line, bill.total(), 0));
        table.rule();
        sum(table, "there without a reading", bill.fixed(), bill.total(), 0);
        sum(table, "all", bill.total(), bill.total(), 0);
        return table.toString();
    }

    private static void row(TextTable table, Bill.Line line, double total, long readings) {
        PriceSheet.Price price = line.price();
        String part = line.part().isEmpty() ? "" : ", " + line.part();
        String mark = price.isVerified() ? "" : UNVERIFIED;
        table.row(line.service() + part, line.unitName(), units(line.amount()), (price.per() == 1 ? plain(price.dollars()) : plain(price.dollars()) + "/" + per(price.per())) + mark,
                dollars(line.dollars()), last(line.dollars(), total, readings));
    }

    private static void sum(TextTable table, String name, double dollars, double total, long readings) {
        table.row(name, "", "", "", dollars(dollars), last(dollars, total, readings));
    }

    private static String last(double dollars, double total, long readings) {
        if (readings > 0) {
            return dollars(dollars / readings * 1e6);
        }
        return total == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100 * dollars / total);
    }

    private static String per(long per) {
        return per == 1_000_000 ? "M" : per == 1_000 ? "k" : Long.toString(per);
    }

    private static String plain(double dollars) {
        return new java.math.BigDecimal(Double.toString(dollars)).stripTrailingZeros().toPlainString();
    }

    private static String units(double amount) {
        return amount >= 100 ? String.format(Locale.ROOT, "%,.0f", amount) : String.format(Locale.ROOT, "%.4f", amount);
    }

    static String dollars(double dollars) {
        return dollars >= 1 || dollars == 0 ? String.format(Locale.ROOT, "%,.2f", dollars) : String.format(Locale.ROOT, "%.6f", dollars);
    }
}
