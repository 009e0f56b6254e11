package dev.millrace.cli;

import static java.util.Objects.requireNonNull;

import dev.millrace.compact.StoredSeries;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Names;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Pane;
import dev.millrace.timestream.TimestreamSeries;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.services.timestreamquery.model.ColumnInfo;
import software.amazon.awssdk.services.timestreamquery.model.Datum;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.Row;

/// What Timestream holds, for a replay. Asks for all columns, because one that no row has brought yet cannot be named.
final class TimestreamReadback implements StoredSeries {
    private final HotStore hotStore;

    TimestreamReadback(HotStore hotStore) {
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
    }

    @Override
    public void readings(DeviceType type, Span span, Consumer<StoredReading> reader) {
        rows(hotStore.readingsTable(), "measure_name = '%s'".formatted(type.name()), span, row -> {
            SortedMap<String, Double> values = new TreeMap<>();
            type.measures().forEach(measure -> {
                String value = row.get(measure.name());
                if (value != null) {
                    values.put(measure.name(), Double.valueOf(value));
                }
            });
            var id = new ReadingId(row.get("thing"), Long.parseLong(row.get("epoch")), Long.parseLong(row.get("seq")));
            reader.accept(new StoredReading(id, HotStore.millis(row.get("time")), values));
        });
    }

    @Override
    public void panes(DeviceType type, Span span, Consumer<StoredPane> reader) {
        long lengthMillis = type.pane().toMillis();
        rows(hotStore.rollupsTable(), "measure_name = '%s' AND type = '%s'".formatted(Names.pane(type.pane()), type.name()), span, row -> {
            SortedMap<String, Aggregate> measures = new TreeMap<>();
            type.measures().forEach(measure -> {
                if (row.get(measure.name() + TimestreamSeries.ROLLUP_COLUMNS.getFirst()) != null) {
                    measures.put(measure.name(), aggregate(row, measure.name()));
                }
            });
            var key = new Pane.Key(type.name(), HotStore.millis(row.get("time")), lengthMillis);
            reader.accept(new StoredPane(row.get("thing"), new Pane(key, Long.parseLong(row.get("readings")), measures)));
        });
    }

    private static Aggregate aggregate(Map<String, String> row, String measure) {
        Iterator<String> values = TimestreamSeries.ROLLUP_COLUMNS.stream().map(column -> row.get(measure + column)).iterator();
        long count = Long.parseLong(values.next());
        double sum = Double.parseDouble(values.next());
        double squares = Double.parseDouble(values.next());
        double min = Double.parseDouble(values.next());
        double max = Double.parseDouble(values.next());
        double first = Double.parseDouble(values.next());
        return new Aggregate(count, sum, 0, squares, 0, min, max, first, 0, Double.parseDouble(values.next()), 0);
    }

    /// @param reader takes a row's values by column; a column without a value is left out
    private void rows(String table, String what, Span span, Consumer<Map<String, String>> reader) {
        String sql = "SELECT * FROM \"%s\".\"%s\" WHERE %s AND thing BETWEEN '%s' AND '%s' AND time >= from_milliseconds(%d) AND time < from_milliseconds(%d)".formatted(
                hotStore.database(), table, what, span.firstThing(), span.lastThing(), span.fromMillis(), span.toMillis());
        hotStore.pages(sql).forEach(page -> page.rows().forEach(row -> reader.accept(byColumn(page, row))));
    }

    private static Map<String, String> byColumn(QueryResponse page, Row row) {
        List<ColumnInfo> columns = page.columnInfo();
        List<Datum> data = row.data();
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (data.get(i).scalarValue() != null) {
                values.put(columns.get(i).name(), data.get(i).scalarValue());
            }
        }
        return values;
    }
}
