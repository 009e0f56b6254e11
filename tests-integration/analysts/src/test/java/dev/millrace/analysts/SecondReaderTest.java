package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// DuckDB reads the files of landing, without catalog and with SQL of its own, and comes to what Trino says.
class SecondReaderTest {
    private final TestLake lake = TestLake.get();

    private List<String> duckDb(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery(sql)) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        row.add(result.getString(column));
                    }
                    rows.add(String.join(" ", row));
                }
            }
        }
        return rows;
    }

    private String files(String type) {
        return "read_parquet('%s/landing/%s/*/*/*.parquet', hive_partitioning = true, hive_types = {'arrival_date': 'VARCHAR', 'arrival_hour': 'VARCHAR'})"
                .formatted(lake.objects(), type);
    }

    private static List<String> texts(Answer answer) {
        return answer.rows().stream().map(row -> String.join(" ", row.stream().map(String::valueOf).toList())).toList();
    }

    @Test
    void duplicatesAndDelays() throws SQLException {
        List<String> expected = new ArrayList<>();
        for (String type : List.of("environment", "machine", "truck")) {
            expected.addAll(duckDb("""
                    SELECT arrival_date, '%s', sum(copies), count(*), sum(copies) - count(*),
                           count(*) FILTER (delay > 600000000), count(*) FILTER (delay > 3600000000)
                    FROM (SELECT arrival_date, count(*) AS copies, epoch_us(min(arrived_at)) - epoch_us(min(taken_at)) AS delay
                          FROM %s WHERE arrival_date >= '2026-02-26' GROUP BY arrival_date, thing, epoch, seq)
                    GROUP BY arrival_date""".formatted(type, files(type))));
        }

        // whole seconds there, microseconds here: a delay of 600.x seconds is over ten minutes for one of the two
        assertThat(texts(lake.answer("duplicates_and_delays"))).hasSameSizeAs(expected).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void lastPosition() throws SQLException {
        List<String> expected = duckDb("""
                SELECT thing, arg_max(lat, taken_at), arg_max(lon, taken_at) FROM %s
                WHERE taken_at >= TIMESTAMPTZ '2026-03-04 10:07:30+00' AND lat IS NOT NULL AND lon IS NOT NULL GROUP BY thing ORDER BY thing"""
                .formatted(files("truck")));

        assertThat(lake.answer("last_position").rows().stream().map(row -> "%s %s %s".formatted(row.get(0), row.get(2), row.get(3))))
                .containsExactlyElementsOf(expected);
    }
}
