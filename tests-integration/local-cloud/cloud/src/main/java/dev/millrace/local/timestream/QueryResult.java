package dev.millrace.local.timestream;

import dev.millrace.local.timestream.ApiException.Kind;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The whole answer to a query, every value as the wire carries it.
///
/// @param rows one value for each column, null for NULL
record QueryResult(List<ResultColumn> columns, List<List<String>> rows) {
    /// Of this stand-in: a result is held in memory while its pages are fetched. AWS allows 5 GB.
    static final int ROWS_MAX = 1_000_000;

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS", java.util.Locale.ROOT);

    /// @param scalarType one of Timestream's scalar types
    record ResultColumn(String name, String scalarType) {
    }

    QueryResult {
        columns = List.copyOf(columns);
        rows = Collections.unmodifiableList(rows);
    }

    static QueryResult of(ResultSet result) throws SQLException {
        ResultSetMetaData shape = result.getMetaData();
        var columns = new ArrayList<ResultColumn>();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            columns.add(new ResultColumn(shape.getColumnName(i), scalarType(shape.getColumnName(i), shape.getColumnTypeName(i))));
        }
        var rows = new ArrayList<List<String>>();
        while (result.next()) {
            if (rows.size() == ROWS_MAX) {
                throw new ApiException(Kind.QUERY_EXECUTION, "The result has over %d rows, more than the local Timestream holds".formatted(ROWS_MAX));
            }
            var row = new ArrayList<String>(columns.size());
            for (int i = 1; i <= columns.size(); i++) {
                row.add(value(result, i, columns.get(i - 1)));
            }
            rows.add(row);
        }
        return new QueryResult(columns, rows);
    }

    private static String scalarType(String column, String sqlType) {
        return switch (sqlType) {
            case "VARCHAR" -> "VARCHAR";
            case "BOOLEAN" -> "BOOLEAN";
            case "INTEGER", "SMALLINT", "TINYINT" -> "INTEGER";
            case "BIGINT", "HUGEINT" -> "BIGINT";
            case "DOUBLE", "FLOAT" -> "DOUBLE";
            case "TIMESTAMP", "TIMESTAMP_NS" -> "TIMESTAMP";
            case "DATE" -> "DATE";
            case "\"NULL\"", "NULL" -> "UNKNOWN";
            default -> throw ApiException.validation("column '%s': the local Timestream cannot answer with a value of type %s", column, sqlType);
        };
    }

    private static String value(ResultSet result, int index, ResultColumn column) throws SQLException {
        Object value = column.scalarType().equals("TIMESTAMP") ? result.getObject(index, LocalDateTime.class) : result.getObject(index);
        return switch (value) {
            case null -> null;
            case LocalDateTime time -> TIMESTAMP.format(time);
            case BigInteger big when big.bitLength() > Long.SIZE - 1 ->
                throw new ApiException(Kind.QUERY_EXECUTION, "column '%s': bigint overflow: %s".formatted(column.name(), big));
            default -> value.toString();
        };
    }
}
