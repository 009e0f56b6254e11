package dev.millrace.timestream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.pipeline.testkit.TimeSeriesContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimestreamSeriesTest extends TimeSeriesContract {
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");
    private static final long MINUTE = 1_795_003_200_000L;
    private final FakeTimestream timestream = new FakeTimestream(MINUTE - 3_600_000);
    private final TimestreamSeries series = new TimestreamSeries(timestream, "db", "readings", "rollups");

    @Override
    protected TimeSeries timeSeries() {
        return series;
    }

    @Override
    protected long minuteMillis() {
        return MINUTE;
    }

    @Override
    protected List<ReadingId> storedReadings(String thing) {
        return timestream.rows.values().stream().filter(row -> row.get("Dimensions").get(0).get("Value").asText().equals(thing))
                .map(row -> new ReadingId(thing, Long.parseLong(value(row, "epoch")), Long.parseLong(value(row, "seq")))).toList();
    }

    @Override
    protected double storedSum(String thing) {
        return timestream.rows.values().stream().filter(row -> row.get("MeasureName").asText().equals("pane_1m"))
                .mapToDouble(row -> Double.parseDouble(value(row, "temperature_c_sum"))).sum();
    }

    private static String value(JsonNode row, String measure) {
        for (JsonNode value : row.get("MeasureValues")) {
            if (value.get("Name").asText().equals(measure)) {
                return value.get("Value").asText();
            }
        }
        throw new AssertionError("no %s in %s".formatted(measure, row));
    }

    private static Accepted reading(long seq, long takenAtMillis) {
        var reading = new Reading(new ReadingId("a", 1, seq), takenAtMillis, new TreeMap<>(Map.of("temperature_c", 1.5, "unheard_of", 2.0)));
        return new Accepted(reading, ENVIRONMENT, new StreamRecord("1", "a", takenAtMillis, new byte[0]), false);
    }

    @Test
    void aReadingOutsideTheTablesWindowIsRefusedAndTheOthersOfItsCallAreStored() throws Exception {
        List<Accepted> readings = new ArrayList<>();
        for (int seq = 1; seq <= 150; seq++) {
            readings.add(reading(seq, seq == 120 ? 0 : MINUTE + seq));
        }

        TimeSeries.Stored stored = series.store(readings, List.of());

        assertThat(stored.unsettled()).isEmpty();
        assertThat(stored.refused()).singleElement().satisfies(one -> {
            assertThat(one.reading()).isSameAs(readings.get(119));
            assertThat(one.why()).contains("outside the time range");
        });
        assertThat(timestream.rows).hasSize(149);
    }

    @Test
    void anyOtherFailureIsToBeTriedAgainForTheThingsOfThatCall() {
        timestream.throttles.set(1);

        TimeSeries.Stored stored = series.store(List.of(reading(1, MINUTE)), List.of());

        assertThat(stored.refused()).isEmpty();
        assertThat(stored.unsettled()).containsOnlyKeys("a").containsValue("Timestream database db: slow down");
        assertThat(series.store(List.of(reading(1, MINUTE)), List.of())).isEqualTo(TimeSeries.Stored.ALL);
    }

    @Test
    void aRecordThatSpoilsItsCallIsFoundAndRefusedAlone() {
        List<Accepted> readings = new ArrayList<>();
        for (int seq = 1; seq <= 150; seq++) {
            readings.add(reading(seq, MINUTE + seq));
        }
        timestream.invalidSeq = "77";

        TimeSeries.Stored stored = series.store(readings, List.of());

        assertThat(stored.unsettled()).isEmpty();
        assertThat(stored.refused()).singleElement().satisfies(one -> assertThat(one.reading()).isSameAs(readings.get(76)));
        assertThat(timestream.rows).hasSize(149);
    }

    @Test
    void ifNothingIsValidTheFaultIsNotTheReadings() {
        timestream.invalidSeq = "1";

        TimeSeries.Stored stored = series.store(List.of(reading(1, MINUTE)), List.of());

        assertThat(stored.refused()).isEmpty();
        assertThat(stored.unsettled()).containsOnlyKeys("a");
    }

    @Test
    void aLateReadingIsMarked() {
        Accepted onTime = reading(1, MINUTE);
        series.store(List.of(onTime, new Accepted(reading(2, MINUTE + 1).reading(), ENVIRONMENT, onTime.record(), true)), List.of());

        assertThat(timestream.rows.values()).filteredOn(row -> row.get("MeasureValues").findValuesAsText("Name").contains("late"))
                .singleElement().satisfies(row -> assertThat(value(row, "seq")).isEqualTo("2"));
    }

    @Test
    void aReadingThatIsMendedStandsOverTheFirstWhateverIsDeliveredAgain() {
        Accepted wrong = reading(1, MINUTE);
        var right = new Accepted(new Reading(wrong.reading().id(), MINUTE, new TreeMap<>(Map.of("temperature_c", 2.5))), ENVIRONMENT, wrong.record(), false);
        series.store(List.of(wrong), List.of());

        TimeSeries.Stored mended = new TimestreamSeries(timestream, "db", "readings", "rollups", 2).store(List.of(right), List.of());
        TimeSeries.Stored again = series.store(List.of(wrong), List.of());

        assertThat(List.of(mended, again)).containsOnly(TimeSeries.Stored.ALL);
        assertThat(timestream.rows.values()).singleElement().satisfies(row -> assertThat(value(row, "temperature_c")).isEqualTo("2.5"));
    }

    @Test
    void readingsOfTwoTypesGoInCallsOfTheirOwn() {
        DeviceType truck = DeviceTypes.shipped().require("truck");
        var rolling = new Reading(new ReadingId("b", 1, 1), MINUTE, new TreeMap<>(Map.of("speed_kmh", 80.0)));
        series.store(List.of(reading(1, MINUTE), new Accepted(rolling, truck, new StreamRecord("2", "b", MINUTE, new byte[0]), false), reading(2, MINUTE)), List.of());

        assertThat(timestream.rows.values()).extracting(row -> row.get("MeasureName").asText()).containsExactlyInAnyOrder("environment", "environment", "truck");
    }

    @Test
    void aMeasureThatTheTypeDoesNotKnowTakesNoColumn() throws Exception {
        series.store(List.of(reading(1, MINUTE)), List.of());

        assertThat(timestream.rows.values().iterator().next().get("MeasureValues").findValuesAsText("Name"))
                .containsExactly("epoch", "seq", "temperature_c");
    }

    @Test
    void everyValueReadsBackAsTheVeryDouble() throws Exception {
        var random = new SplittableRandom(9);
        for (int round = 0; round < 20_000; round++) {
            double value = switch (random.nextInt(4)) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(-1_000_000, 1_000_000) / 1e3;
                case 2 -> random.nextDouble(-1e10, 1e10);
                default -> random.nextInt(3) - 1.0;
            };
            if (Double.isFinite(value)) {
                var reading = new Reading(new ReadingId("a", 1, 1), MINUTE, new TreeMap<>(Map.of("temperature_c", value)));
                byte[] body = RecordsBody.ofReadings("db", "t", List.of(new Accepted(reading, ENVIRONMENT, new StreamRecord("1", "a", MINUTE, new byte[0]), false)), 1);
                JsonNode record = new ObjectMapper().readTree(body).get("Records").get(0);

                assertThat(Double.parseDouble(value(record, "temperature_c"))).isEqualTo(value);
            }
        }
    }
}
