package dev.millrace.cli;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The lake's landing files of one type, as an analyst's engine reads them: fetched from S3, queried by DuckDB.
public record LandingFiles(Path directory, DeviceType type, int files, long bytes) {
    /// A line of the analyst's answer.
    public record Minute(String thing, String minute, long readings, double average) {
    }

    /// Fetches all files of the type into a directory, under their keys.
    public static LandingFiles fetch(S3Client s3, String bucket, DeviceType type, Path directory) throws IOException {
        int files = 0;
        long bytes = 0;
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.LANDING_PREFIX + type.name() + "/")).contents()) {
            Path file = directory.resolve(object.key());
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            s3.getObject(get -> get.bucket(bucket).key(object.key()), file);
            files++;
            bytes += object.size();
        }
        return new LandingFiles(directory, type, files, bytes);
    }

    /// Hands over every row, repeats included.
    public void rows(Consumer<Findings.Row> reader) throws SQLException {
        List<String> measures = type.measures().stream().map(DeviceType.Measure::name).toList();
        String sql = "SELECT thing, epoch, seq, epoch_ms(taken_at), %s FROM %s".formatted(String.join(", ", measures), source());
        if (files == 0) {
            return;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                Map<String, Double> values = new TreeMap<>();
                for (int i = 0; i < measures.size(); i++) {
                    double value = result.getDouble(5 + i);
                    if (!result.wasNull()) {
                        values.put(measures.get(i), value);
                    }
                }
                reader.accept(new Findings.Row(new ReadingId(result.getString(1), result.getLong(2), result.getLong(3)), result.getLong(4), values));
            }
        }
    }

    /// The query behind [#minutes]. Landing holds readings as they arrived, so the analyst takes each once.
    String minutesSql(String measure) {
        return """
                SELECT thing, date_trunc('minute', taken_at) AS minute, count(*) AS readings, avg(%1$s) AS average
                FROM (SELECT DISTINCT thing, epoch, seq, taken_at, %1$s FROM %2$s)
                GROUP BY 1, 2 ORDER BY 1, 2""".formatted(measure, source());
    }

    List<Minute> minutes(String measure) throws SQLException {
        List<Minute> minutes = new ArrayList<>();
        if (files == 0) {
            return minutes;
        }
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery("SELECT thing, strftime(minute, '%H:%M'), readings, average FROM (" + minutesSql(measure) + ")")) {
                while (result.next()) {
                    minutes.add(new Minute(result.getString(1), result.getString(2), result.getLong(3), result.getDouble(4)));
                }
            }
        }
        return minutes;
    }

    private String source() {
        return "read_parquet('%s/%s%s/*/*/*.parquet')".formatted(directory.toString().replace("'", "''"), LakeLayout.LANDING_PREFIX, type.name());
    }
}
