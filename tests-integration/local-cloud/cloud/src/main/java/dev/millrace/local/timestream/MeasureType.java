package dev.millrace.local.timestream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;

/// The types of a measure, how its value is read from the wire and what holds it in SQL.
enum MeasureType {
    DOUBLE("DOUBLE"),
    BIGINT("BIGINT"),
    BOOLEAN("BOOLEAN"),
    VARCHAR("VARCHAR"),
    TIMESTAMP("TIMESTAMP_NS");

    private static final int VALUE_BYTES_MAX = 2_048;

    private final String sqlType;

    MeasureType(String sqlType) {
        this.sqlType = sqlType;
    }

    String sqlType() {
        return sqlType;
    }

    /// The column in which a single-measure record of this type is read.
    String singleColumn() {
        return "measure_value::" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /// @return a Double, Long (BIGINT; nanoseconds since 1970 for TIMESTAMP), Boolean or String
    Object parse(String measure, String value) {
        if (value.isEmpty() || value.getBytes(UTF_8).length > VALUE_BYTES_MAX) {
            throw ApiException.validation("Value of measure '%s' must have 1 to %d bytes", measure, VALUE_BYTES_MAX);
        }
        try {
            return switch (this) {
                case DOUBLE -> finite(measure, value);
                case BIGINT -> Long.parseLong(value);
                case BOOLEAN -> bool(value);
                case VARCHAR -> value;
                // The API model gives TIMESTAMP measures no unit; milliseconds as for Time: docs/verify-on-aws.md
                case TIMESTAMP -> Math.multiplyExact(Long.parseLong(value), TimeUnit.MILLISECONDS.toNanos(1));
            };
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw ApiException.validation("Value '%s' of measure '%s' is not a %s", value, measure, this);
        }
    }

    int bytes(Object value) {
        return switch (this) {
            case BOOLEAN -> 1;
            case VARCHAR -> ((String) value).getBytes(UTF_8).length;
            case DOUBLE, BIGINT, TIMESTAMP -> Long.BYTES;
        };
    }

    private static double finite(String measure, String value) {
        if (!Double.isFinite(Double.parseDouble(value))) {
            throw ApiException.validation("Value '%s' of measure '%s': NaN and Infinity cannot be written", value, measure);
        }
        // BigDecimal refuses what only Java takes for a number: hexadecimal, a trailing d, blanks
        return new BigDecimal(value).doubleValue();
    }

    private static boolean bool(String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(value);
        };
    }
}
