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
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Parquet files of one type, fetched from S3, which DuckDB queries: another engine than any that wrote them.
///
/// @param paths that were fetched
/// @param bytes of all of them
public record LakeFiles(List<Path> paths, DeviceType type, long bytes) {
    /// A line of the analyst's answer.
    public record Minute(String thing, String minute, long readings, double average) {
    }

    /// How much of one thing's readings is there.
    ///
    /// @param expected up to the last one that is there, over all epochs
    public record Complete(String thing, long readings, long expected) {
    }

    public LakeFiles {
        paths = List.copyOf(paths);
    }

    /// The landing files of a type: readings as they arrived, repeats included. They come into a directory under their keys.
    public static LakeFiles landing(S3Client s3, String bucket, DeviceType type, Path directory) throws IOException {
        return under(s3, bucket, LakeLayout.LANDING_PREFIX + type.name() + "/", type, directory);
    }

    /// The Parquet files under a prefix, with readings of a type.
    public static LakeFiles under(S3Client s3, String bucket, String prefix, DeviceType type, Path directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        long bytes = 0;
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix)).contents()) {
            if (object.key().endsWith(".parquet")) {
                paths.add(fetch(s3, bucket, object.key(), directory));
                bytes += object.size();
            }
        }
        return new LakeFiles(paths, type, bytes);
    }

    /// The files of which a type's Iceberg table consists now, by its catalog.
    public static LakeFiles readings(AwsClients clients, Deployed deployed, DeviceType type, Path directory) throws IOException {
        String bucket = deployed.output("LakeBucket");
        String root = "s3://" + bucket + "/";
        List<Path> paths = new ArrayList<>();
        long bytes = 0;
        for (LakeCatalog.TableFile file : LakeCatalog.files(deployed, LakeLayout.readingsTable(type))) {
            if (!file.location().startsWith(root)) {
                throw new IOException("a file of %s is not in the lake's bucket: %s".formatted(LakeLayout.readingsTable(type), file.location()));
            }
            paths.add(fetch(clients.s3(), bucket, file.location().substring(root.length()), directory));
            bytes += file.bytes();
        }
        return new LakeFiles(paths, type, bytes);
    }

    private static Path fetch(S3Client s3, String bucket, String key, Path directory) throws IOException {
        Path file = directory.resolve(key);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        s3.getObject(get -> get.bucket(bucket).key(key), file);
        return file;
    }

    /// Hands over every row, repeats included.
    public void rows(Consumer<Findings.Row> reader) throws SQLException {
        List<String> measures = type.measures().stream().map(DeviceType.Measure::name).toList();
        String sql = "SELECT thing, epoch, seq, epoch_ms(taken_at), %s FROM %s".formatted(String.join(", ", measures), source());
        if (paths.isEmpty()) {
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

    /// The query behind [#minutes]. It takes each reading once, because landing files repeat some.
    String minutesSql(String measure) {
        return """
                SELECT thing, date_trunc('minute', taken_at) AS minute, count(*) AS readings, avg(%1$s) AS average
                FROM (SELECT DISTINCT thing, epoch, seq, taken_at, %1$s FROM %2$s)
                GROUP BY 1, 2 ORDER BY 1, 2""".formatted(measure, source());
    }

    List<Minute> minutes(String measure) throws SQLException {
        List<Minute> minutes = new ArrayList<>();
        if (paths.isEmpty()) {
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

    /// Of each thing, how many readings are there of those that it must have taken, by their numbers.
    List<Complete> completeness() throws SQLException {
        List<Complete> all = new ArrayList<>();
        if (paths.isEmpty()) {
            return all;
        }
        String sql = """
                SELECT thing, CAST(sum(readings) AS BIGINT), CAST(sum(last) AS BIGINT)
                FROM (SELECT thing, epoch, count(*) AS readings, max(seq) AS last FROM %s GROUP BY thing, epoch)
                GROUP BY thing ORDER BY thing""".formatted(source());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                all.add(new Complete(result.getString(1), result.getLong(2), result.getLong(3)));
            }
        }
        return all;
    }

    private String source() {
        return paths.stream().map(path -> "'" + path.toString().replace("'", "''") + "'").collect(Collectors.joining(", ", "read_parquet([", "])"));
    }
}
