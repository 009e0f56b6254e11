package dev.millrace.cli;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Names;
import dev.millrace.events.ReadingId;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamquery.model.Datum;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.Row;

/// Asks Timestream by its own query client.
public record HotStore(TimestreamQueryClient timestream, String database, String readingsTable, String rollupsTable) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS");

    /// A thing's average over the last five minutes.
    ///
    /// @param panes one-minute panes that were merged
    public record Rolling(String thing, long panes, long readings, double average) {
    }

    /// The tables that the stacks name.
    public static HotStore of(TimestreamQueryClient timestream, Deployed deployed) {
        return new HotStore(timestream, deployed.output("TimestreamDatabase"), deployed.output("ReadingsTable"), deployed.output("RollupsTable"));
    }

    /// Hands over all readings of a type.
    public void readings(DeviceType type, Consumer<Findings.Row> reader) {
        if (isEmpty(readingsTable, type.name())) {
            return;
        }
        List<String> measures = type.measures().stream().map(DeviceType.Measure::name).toList();
        String sql = "SELECT thing, epoch, seq, time, %s FROM \"%s\".\"%s\" WHERE measure_name = '%s'".formatted(
                String.join(", ", measures), database, readingsTable, type.name());
        query(sql).forEach(row -> {
            List<Datum> data = row.data();
            Map<String, Double> values = new TreeMap<>();
            for (int i = 0; i < measures.size(); i++) {
                String value = data.get(4 + i).scalarValue();
                if (value != null) {
                    values.put(measures.get(i), Double.valueOf(value));
                }
            }
            var id = new ReadingId(data.get(0).scalarValue(), Long.parseLong(data.get(1).scalarValue()), Long.parseLong(data.get(2).scalarValue()));
            reader.accept(new Findings.Row(id, millis(data.get(3).scalarValue()), values));
        });
    }

    static long millis(String time) {
        return LocalDateTime.parse(time, TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /// The query behind [#rolling], as a dashboard would ask it: the panes of five minutes merged, not the readings
    /// scanned.
    String rollingSql(DeviceType type, String measure, long fromMillis) {
        return """
                SELECT thing, COUNT(*) AS panes, SUM(readings) AS readings, SUM(%2$s_sum) / SUM(%2$s_count) AS average
                FROM "%3$s"."%4$s"
                WHERE measure_name = '%6$s' AND type = '%1$s' AND time >= from_milliseconds(%5$d)
                GROUP BY thing ORDER BY thing""".formatted(type.name(), measure, database, rollupsTable, fromMillis, Names.pane(type.pane()));
    }

    /// The averages of the panes that start at `fromMillis` or later.
    public List<Rolling> rolling(DeviceType type, String measure, long fromMillis) {
        if (isEmpty(rollupsTable, Names.pane(type.pane()))) {
            return List.of();
        }
        return query(rollingSql(type, measure, fromMillis))
                .map(row -> new Rolling(row.data().get(0).scalarValue(), Long.parseLong(row.data().get(1).scalarValue()),
                        Long.parseLong(row.data().get(2).scalarValue()), Double.parseDouble(row.data().get(3).scalarValue())))
                .toList();
    }

    /// The answer's pages, with the names of their columns.
    Stream<QueryResponse> pages(String sql) {
        return timestream.queryPaginator(request -> request.queryString(sql)).stream();
    }

    /// A column is there only once a row has brought it, so a table without rows cannot be asked for measures.
    private boolean isEmpty(String table, String measureName) {
        String sql = "SELECT COUNT(*) FROM \"%s\".\"%s\" WHERE measure_name = '%s'".formatted(database, table, measureName);
        return query(sql).findFirst().orElseThrow().data().getFirst().scalarValue().equals("0");
    }

    /// Page by page.
    private Stream<Row> query(String sql) {
        return pages(sql).flatMap(page -> page.rows().stream());
    }
}
