package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A table for a terminal: numbers to the right, everything else to the left.
public final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... head) {
        rows.add(List.of(head));
    }

    /// @param cells as many as the head has; numbers are grouped by thousands
    public void row(Object... cells) {
        List<String> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(switch (cell) {
                case Long number -> String.format(Locale.ROOT, "%,d", number);
                case Integer number -> String.format(Locale.ROOT, "%,d", number);
                case Double number -> String.format(Locale.ROOT, "%.2f", number);
                default -> cell.toString();
            });
        }
        if (row.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException("row of %d cells under a head of %d".formatted(row.size(), rows.getFirst().size()));
        }
        rows.add(row);
    }

    /// Draws a line over the next row.
    public void rule() {
        rows.add(List.of());
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            int at = column;
            widths[column] = rows.stream().filter(row -> !row.isEmpty()).mapToInt(row -> row.get(at).length()).max().orElse(0);
            numeric[column] = rows.stream().skip(1).filter(row -> !row.isEmpty()).allMatch(row -> row.get(at).matches("[-0-9,.]*"));
        }
        var text = new StringBuilder();
        for (int number = 0; number < rows.size(); number++) {
            List<String> row = rows.get(number);
            text.append(row.isEmpty() ? drawn(widths) : line(row, widths, numeric)).append('\n');
            if (number == 0) {
                text.append(drawn(widths)).append('\n');
            }
        }
        return text.toString();
    }

    private static String line(List<String> row, int[] widths, boolean[] numeric) {
        var line = new StringBuilder(" ");
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            String pad = " ".repeat(widths[column] - cell.length());
            line.append(' ').append(numeric[column] ? pad + cell : cell + pad).append(' ');
        }
        return line.toString().stripTrailing();
    }

    private static String drawn(int[] widths) {
        int width = 0;
        for (int column : widths) {
            width += column + 2;
        }
        return "  " + "─".repeat(Math.max(0, width - 2));
    }
}
