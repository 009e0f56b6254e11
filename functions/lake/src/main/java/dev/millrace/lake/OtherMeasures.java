package dev.millrace.lake;

import dev.millrace.pipeline.LandedRows;

/// Measures that a device type does not know, in the order of the file's rows. Mostly there are none.
///
/// @param ends   for each row where its measures end, which is where those of the next begin; empty if no row has any
/// @param others which of [LandedRows#others] each is
/// @param rows   they are of
record OtherMeasures(int[] ends, int[] others, LandedRows rows) {
    static OtherMeasures of(LandedRows rows, RowOrder order) {
        var others = new int[rows.others()];
        if (others.length == 0) {
            return new OtherMeasures(new int[0], others, rows);
        }
        var begins = new int[rows.size() + 1];
        for (int other = 0; other < others.length; other++) {
            begins[rows.otherRow(other) + 1]++;
        }
        for (int row = 0; row < rows.size(); row++) {
            begins[row + 1] += begins[row];
        }
        var ends = new int[rows.size()];
        int count = 0;
        for (int row = 0; row < ends.length; row++) {
            int source = order.rows()[row];
            for (int other = begins[source]; other < begins[source + 1]; other++) {
                others[count++] = other;
            }
            ends[row] = count;
        }
        return new OtherMeasures(ends, others, rows);
    }

    /// Where the measures of a row begin, or those of the rows behind it.
    int begin(int row) {
        return row == 0 || ends.length == 0 ? 0 : ends[row - 1];
    }

    int end(int row) {
        return ends.length == 0 ? 0 : ends[row];
    }

    String name(int index) {
        return rows.otherName(others[index]);
    }

    double value(int index) {
        return rows.otherValue(others[index]);
    }
}
