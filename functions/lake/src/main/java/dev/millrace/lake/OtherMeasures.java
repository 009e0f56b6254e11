package dev.millrace.lake;

import java.util.Arrays;

/// Measures that a device type does not know, by row. Mostly there are none.
final class OtherMeasures {
    private int[] rows = {};
    private String[] names = {};
    private double[] values = {};
    private int size;

    /// @param row not less than that of the measure before
    void add(int row, String name, double value) {
        if (size == rows.length) {
            int capacity = Math.max(64, size * 2);
            rows = Arrays.copyOf(rows, capacity);
            names = Arrays.copyOf(names, capacity);
            values = Arrays.copyOf(values, capacity);
        }
        rows[size] = row;
        names[size] = name;
        values[size] = value;
        size++;
    }

    /// The first measure that stands in this row or one behind it.
    int firstOf(int row) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rows[middle] < row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    int row(int index) {
        return rows[index];
    }

    String name(int index) {
        return names[index];
    }

    double value(int index) {
        return values[index];
    }
}
