package dev.millrace.local.timestream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;

/// Names that Timestream takes (developer guide, "Quotas": naming constraints).
final class ColumnNames {
    static final int DIMENSION_BYTES_MAX = 60;
    static final int MEASURE_BYTES_MAX = 256;
    static final String TIME = "time";
    static final String MEASURE_NAME = "measure_name";

    private static final int TABLE_CHARS_MIN = 3;
    private static final int TABLE_CHARS_MAX = 256;
    private static final Set<String> RESERVED = Set.of(TIME, "measure_value", "ts_non_existent_col");

    private ColumnNames() {
    }

    static void requireDimension(String name) {
        if (name.isEmpty() || bytes(name) > DIMENSION_BYTES_MAX || isReserved(name)) {
            throw new IllegalArgumentException("dimension name '%s' is empty, reserved or over %d bytes".formatted(name, DIMENSION_BYTES_MAX));
        }
    }

    static boolean isReserved(String name) {
        return RESERVED.contains(name) || name.startsWith("ts_") || name.startsWith(MEASURE_NAME);
    }

    static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    /// Checks the name of a database or table: `[a-zA-Z0-9_.-]`, 3 to 256 characters.
    static String requireResource(String what, String name) {
        boolean fits = name.length() >= TABLE_CHARS_MIN && name.length() <= TABLE_CHARS_MAX
                && name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_.-".indexOf(c) >= 0));
        if (!fits) {
            throw ApiException.validation("%s '%s' must have %d to %d characters of a-z A-Z 0-9 _ . -", what, name, TABLE_CHARS_MIN, TABLE_CHARS_MAX);
        }
        return name;
    }
}
