package dev.millrace.lake;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqMap;
import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Two readers of Parquet that know nothing of our writer nor of each other. A row is its cells with a space in between, as
/// both write them.
final class Readers {
    private Readers() {
    }

    /// @param sql with `%s` for the file
    static List<String> duckDb(Path directory, byte[] file, String sql) throws IOException, SQLException {
        Path path = directory.resolve("landing.parquet");
        Files.write(path, file);
        return duckDb(sql.formatted(path));
    }

    static List<String> duckDb(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    cells.add(text(result.getObject(column)));
                }
                rows.add(String.join(" ", cells));
            }
        }
        return rows;
    }

    private static String text(Object cell) {
        return cell instanceof Map<?, ?> map ? new TreeMap<>(map).toString() : String.valueOf(cell);
    }

    /// Every row and column of a landing file by DuckDB.
    static List<String> rowsOfDuckDb(Path directory, byte[] file, DeviceType type) throws IOException, SQLException {
        String columns = LakeLayout.landingColumns(type).stream().map(column -> switch (column.kind()) {
            case TIMESTAMP -> "epoch_us(" + column.name() + ")";
            case TEXT, LONG, DOUBLE, MEASURES, LONGS, RANGES -> column.name();
        }).collect(Collectors.joining(", "));
        return duckDb(directory, file, "SELECT " + columns + " FROM read_parquet('%s')");
    }

    /// Every row and column of a landing file by Hardwood.
    static List<String> rowsOfHardwood(byte[] file, DeviceType type) throws IOException {
        List<String> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file))); RowReader row = reader.rowReader()) {
            while (row.hasNext()) {
                row.next();
                rows.add(LakeLayout.landingColumns(type).stream().map(column -> cell(row, column)).collect(Collectors.joining(" ")));
            }
        }
        return rows;
    }

    private static String cell(RowReader row, LakeLayout.Column column) {
        String name = column.name();
        if (row.isNull(name)) {
            return "null";
        }
        return switch (column.kind()) {
            case TEXT -> row.getString(name);
            case LONG -> Long.toString(row.getLong(name));
            case TIMESTAMP -> Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, row.getTimestamp(name)));
            case DOUBLE -> Double.toString(row.getDouble(name));
            case MEASURES -> {
                Map<String, Double> sorted = new TreeMap<>();
                for (PqMap.Entry entry : row.getMap(name).getEntries()) {
                    sorted.put(entry.getStringKey(), entry.getDoubleValue());
                }
                yield sorted.toString();
            }
            case LONGS, RANGES -> throw new IllegalArgumentException("no Parquet column of this kind: " + column);
        };
    }
}
