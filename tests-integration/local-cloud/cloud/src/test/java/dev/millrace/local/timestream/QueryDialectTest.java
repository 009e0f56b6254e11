package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.dimension;
import static dev.millrace.local.timestream.TimestreamServer.measure;
import static dev.millrace.local.timestream.TimestreamServer.nanos;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.timestreamquery.model.ColumnInfo;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.ScalarType;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

class QueryDialectTest {
    private final TimestreamServer server = TimestreamServer.withTable();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyTypeComesBackAsTimestreamWritesIt() {
        Instant time = NOW.plusNanos(123_456_789);
        server.write(truck("truck-1", time, 0.1).measureValues(measure("speed_kmh", "88.10", MeasureValueType.DOUBLE), measure("rpm", "1400", MeasureValueType.BIGINT),
                measure("moving", "true", MeasureValueType.BOOLEAN), measure("note", "it's \"5m\"", MeasureValueType.VARCHAR),
                measure("serviced", "1700000000123", MeasureValueType.TIMESTAMP)).build(), truck("truck-2", time, 1e20).build());

        QueryResponse response = server.reader.query(request -> request.queryString("SELECT * FROM \"fleet\".\"readings\" ORDER BY thing"));

        assertThat(response.columnInfo().stream().collect(Collectors.toMap(ColumnInfo::name, column -> column.type().scalarType()))).isEqualTo(Map.of(
                "thing", ScalarType.VARCHAR, "measure_name", ScalarType.VARCHAR, "time", ScalarType.TIMESTAMP, "speed_kmh", ScalarType.DOUBLE,
                "rpm", ScalarType.BIGINT, "moving", ScalarType.BOOLEAN, "note", ScalarType.VARCHAR, "serviced", ScalarType.TIMESTAMP));
        assertThat(response.columnInfo().stream().map(ColumnInfo::name)).startsWith("thing", "measure_name", "time");
        assertThat(TimestreamServer.rows(response)).containsExactly(
                List.of("truck-1", "truck", "2026-11-23 10:17:30.123456789", "88.1", "1400", "true", "it's \"5m\"", "2023-11-14 22:13:20.123000000"),
                Arrays.asList("truck-2", "truck", "2026-11-23 10:17:30.123456789", "1.0E20", null, null, null, null));
        assertThat(response.rows().get(1).data().get(4).nullValue()).isTrue();
        assertThat(response.queryId()).matches("[a-zA-Z0-9]{1,64}");
        assertThat(response.queryStatus().progressPercentage()).isEqualTo(100.0);
    }

    @Test
    void singleMeasuresAreReadByTheirTypedColumn() {
        server.write(Record.builder().dimensions(dimension("thing", "truck-1")).measureName("speed").measureValue("5").time(Long.toString(NOW.toEpochMilli())).build(),
                Record.builder().dimensions(dimension("thing", "truck-1")).measureName("gear").measureValue("3").measureValueType(MeasureValueType.BIGINT)
                        .time(Long.toString(NOW.toEpochMilli())).build());

        assertThat(server.query("SELECT measure_name, measure_value::double, measure_value::bigint FROM fleet.readings ORDER BY measure_name"))
                .containsExactly(Arrays.asList("gear", null, "3"), Arrays.asList("speed", "5.0", null));
    }

    @Test
    void rollingAggregatesEqualThoseComputedInJava() {
        var random = new SplittableRandom(7);
        Map<String, List<Double>> expected = new TreeMap<>();
        var batch = new ArrayList<Record>();
        for (int i = 0; i < 1_000; i++) {
            Instant time = NOW.minusNanos(random.nextLong(Duration.ofHours(2).toNanos()));
            double speed = random.nextInt(1_200) / 8.0;
            batch.add(truck("truck-" + i % 3, time, speed).build());
            if (!time.isBefore(NOW.minus(Duration.ofHours(1)))) {
                long pane = time.getEpochSecond() - time.getEpochSecond() % 300;
                expected.computeIfAbsent("truck-%d %s".formatted(i % 3, Instant.ofEpochSecond(pane)), _ -> new ArrayList<>()).add(speed);
            }
            if (batch.size() == 100) {
                server.write(batch.toArray(Record[]::new));
                batch.clear();
            }
        }

        List<List<String>> rows = server.query("""
                SELECT thing, bin(time, 5m) AS pane, count(*), sum(speed_kmh), min(speed_kmh), max(speed_kmh), avg(speed_kmh)
                FROM "fleet"."readings" WHERE time >= ago(1h) AND measure_name = 'truck' GROUP BY thing, bin(time, 5m) ORDER BY 1, 2""");

        List<List<String>> inJava = expected.entrySet().stream().map(pane -> {
            var statistics = pane.getValue().stream().mapToDouble(Double::doubleValue).summaryStatistics();
            String[] key = pane.getKey().split(" ", 2);
            return List.of(key[0], key[1].replace("T", " ").replace("Z", ".000000000"), Long.toString(statistics.getCount()), Double.toString(statistics.getSum()),
                    Double.toString(statistics.getMin()), Double.toString(statistics.getMax()), Double.toString(statistics.getAverage()));
        }).toList();
        assertThat(rows).hasSizeGreaterThan(30).isEqualTo(inJava);
    }

    @Test
    void agoAndNowFollowTheClockOfTheTest() {
        server.write(truck("truck-1", NOW, 1).build());
        server.clock.set(NOW.plusSeconds(60).plusNanos(1));

        assertThat(server.value("SELECT now() FROM fleet.readings")).isEqualTo("2026-11-23 10:18:30.000000001");
        assertThat(server.value("SELECT count(*) FROM fleet.readings WHERE time > ago(60s)")).isEqualTo("0");
        assertThat(server.value("SELECT count(*) FROM fleet.readings WHERE time > ago(61s)")).isEqualTo("1");
        assertThat(server.value("SELECT count(*) FROM fleet.readings WHERE time > now() - 61s")).isEqualTo("1");
    }

    /// Each expression stands alone; what Trino's documentation says it is, on the right.
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "7 / 2 ~ 3", "-7 / 2 ~ -3", "7 / 2.0 ~ 3.5", "7 % 4 ~ 3", "1.5 + 1 ~ 2.5",
        "cast(2.5 as bigint) ~ 3", "cast(-2.5 as bigint) ~ -3", "cast(sum(v) as bigint) ~ 6", "cast('12' as bigint) ~ 12", "cast(1 as double) ~ 1.0",
        "cast(1.5 as varchar) ~ 1.5", "cast(7 as varchar) ~ 7", "cast(max(t) as varchar) ~ 2026-11-23 10:17:30.123456789",
        "cast(timestamp '2026-01-01 00:00:00' as varchar) ~ 2026-01-01 00:00:00.000000000",
        "max(t) - 1s ~ 2026-11-23 10:17:29.123456789", "max(t) - 1m - 30s ~ 2026-11-23 10:16:00.123456789", "(max(t)) + 1d ~ 2026-11-24 10:17:30.123456789",
        "max(t) + 1us ~ 2026-11-23 10:17:30.123457789", "max(t) - parse_duration('42.8ms') ~ 2026-11-23 10:17:30.080656789",
        "bin(max(t), 100ms) ~ 2026-11-23 10:17:30.100000000", "bin(max(t), 1h) + 30m ~ 2026-11-23 10:30:00.000000000", "bin(max(t), 5minute) ~ 2026-11-23 10:15:00.000000000",
        "date_trunc('hour', max(t)) ~ 2026-11-23 10:00:00.000000000", "date_trunc('week', max(t)) ~ 2026-11-23 00:00:00.000000000",
        "date_add('minute', 5, max(t)) ~ 2026-11-23 10:22:30.123456789",
        "date_diff('minute', timestamp '2026-01-01 00:00:30', timestamp '2026-01-01 00:02:00') ~ 1", "date_diff('hour', max(t), max(t) - 59m) ~ 0",
        "to_milliseconds(max(t)) ~ 1795429050123", "to_milliseconds(5m) ~ 300000", "from_milliseconds(1795429050123) ~ 2026-11-23 10:17:30.123000000",
        "to_nanoseconds(max(t)) ~ 1795429050123456789", "max_by(v, t) ~ ``", "min_by(v, t) ~ 1.5", "sum(n) ~ 6", "avg(n) ~ 2.0", "count_if(n > 1) ~ 2",
        "approx_distinct(n) ~ 3", "approx_percentile(n, 0.5) ~ 2", "greatest(1, null) ~ ``", "least(3, 2) ~ 2", "concat('a', null) ~ ``", "'a' || 'b' ~ ab",
        "if(count(*) > 2, 'many', 'few') ~ many", "coalesce(null, 4) ~ 4", "round(2.5) ~ 3.0", "day_of_week(timestamp '2026-11-22 00:00:00') ~ 7",
        "'ago(5m) is -- text' ~ ago(5m) is -- text", "count(*) /* 5m */ ~ 3", "max(t) BETWEEN '2026-11-23 10:17:30' AND '2026-11-23 10:17:31' ~ true"})
    void expressionsMeanWhatTheyMeanInTimestream(String expression, String expected) {
        String sql = """
                SELECT %s FROM (VALUES (1.5, 1, timestamp '2026-11-23 10:17:28'), (4.0, 2, timestamp '2026-11-23 10:17:29'),
                    (cast(null as double), 3, timestamp '2026-11-23 10:17:30.123456789')) AS x (v, n, t)""".formatted(expression);

        assertThat(server.value(sql)).isEqualTo(expected == null || expected.isEmpty() ? null : expected);
    }

    @Test
    void commonTableExpressionsJoinsAndWindowsWork() {
        for (int i = 0; i < 4; i++) {
            server.write(truck("truck-1", NOW.plusSeconds(i), i * i).build(), truck("truck-2", NOW.plusSeconds(i), 1).build());
        }

        assertThat(server.query("""
                WITH steps AS (
                    SELECT thing, time, speed_kmh - lag(speed_kmh) OVER (PARTITION BY thing ORDER BY time) AS step FROM "fleet"."readings"
                ), best (thing, step) AS (SELECT thing, max(step) FROM steps GROUP BY thing)
                SELECT b.thing, s.time, b.step FROM best b JOIN steps s ON s.thing = b.thing AND s.step = b.step
                WHERE b.step > 0 ORDER BY b.thing LIMIT 5;""")).containsExactly(List.of("truck-1", "2026-11-23 10:17:33.000000000", "5.0"));
        assertThat(server.query("SELECT thing FROM (SELECT thing, row_number() OVER (PARTITION BY thing ORDER BY time DESC) AS n FROM fleet.readings) WHERE n = 1 ORDER BY 1"))
                .containsExactly(List.of("truck-1"), List.of("truck-2"));
    }

    @Test
    void maxByGivesTheNewestValueOfEachThing() {
        server.write(truck("truck-1", NOW, 10).build(), truck("truck-1", NOW.plusNanos(1), 20).build(), truck("truck-2", NOW, 5).build());

        assertThat(server.query("SELECT thing, max_by(speed_kmh, time), max(time) FROM fleet.readings GROUP BY thing ORDER BY thing")).containsExactly(
                List.of("truck-1", "20.0", "2026-11-23 10:17:30.000000001"), List.of("truck-2", "5.0", "2026-11-23 10:17:30.000000000"));
    }

    @Test
    void nullsComeLastInBothDirections() {
        server.write(truck("truck-1", NOW, 1).build(), truck("truck-2", NOW, 1).measureValues(measure("rpm", "5", MeasureValueType.BIGINT)).build());

        assertThat(server.query("SELECT rpm FROM fleet.readings ORDER BY rpm DESC").getLast().getFirst()).isNull();
        assertThat(server.query("SELECT rpm FROM fleet.readings ORDER BY rpm").getLast().getFirst()).isNull();
    }

    @Test
    void namesWithDotsQuotesAndDurationsInThemAreTakenAsTheyAre() {
        server.timestream.createDatabase("a.b-c");
        server.timestream.createTable("a.b-c", "5m.x", TableSettings.DEFAULT);
        server.writer.writeRecords(request -> request.databaseName("a.b-c").tableName("5m.x").records(truck("truck-1", NOW, 1)
                .measureValues(measure("odd \"5m\" - 1h", "7", MeasureValueType.BIGINT)).time(Long.toString(nanos(NOW))).build()));

        assertThat(server.value("SELECT \"odd \"\"5m\"\" - 1h\" AS \"1d\" FROM \"a.b-c\".\"5m.x\"")).isEqualTo("7");
    }
}
