package dev.millrace.analysts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What a query came to.
///
/// @param columns      names, in order
/// @param types        of the columns, as SQL names them
/// @param rows         with a value for each column, null where there is none
/// @param took         from the question to the last row
/// @param scannedBytes read from the lake's objects
public record Answer(List<String> columns, List<String> types, List<List<Object>> rows, Duration took, long scannedBytes) {
    /// Athena bills whole megabytes, ten at least ("Amazon Athena pricing").
    private static final long BILLED_STEP_BYTES = 1_000_000;
    private static final long BILLED_MIN_BYTES = 10 * BILLED_STEP_BYTES;

    public Answer {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        List<List<Object>> copies = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("row of %d values under %d columns".formatted(row.size(), columns.size()));
            }
            copies.add(Collections.unmodifiableList(new ArrayList<>(row)));
        }
        rows = List.copyOf(copies);
    }

    /// What Athena would bill for as much.
    public long billedBytes() {
        return Math.max(BILLED_MIN_BYTES, Math.ceilDiv(scannedBytes, BILLED_STEP_BYTES) * BILLED_STEP_BYTES);
    }
}
