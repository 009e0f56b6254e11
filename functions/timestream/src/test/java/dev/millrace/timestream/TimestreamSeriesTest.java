package dev.millrace.timestream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.pipeline.testkit.TimeSeriesContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

class TimestreamSeriesTest extends TimeSeriesContract {
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
        return timestream.rows.values().stream().filter(row -> row.dimensions().getFirst().value().equals(thing))
                .map(row -> new ReadingId(thing, Long.parseLong(value(row, "epoch")), Long.parseLong(value(row, "seq")))).toList();
    }

    @Override
    protected double storedSum(String thing) {
        return timestream.rows.values().stream().filter(row -> row.measureName().equals("pane_1m"))
                .mapToDouble(row -> Double.parseDouble(value(row, "temperature_c_sum"))).sum();
    }

    private static String value(Record row, String measure) {
        return row.measureValues().stream().filter(value -> value.name().equals(measure)).map(MeasureValue::value).findFirst().orElseThrow();
    }

    private static Accepted reading(long seq, long takenAtMillis) {
        var reading = new Reading(new ReadingId("a", 1, seq), takenAtMillis, new TreeMap<>(Map.of("temperature_c", 1.5, "unheard_of", 2.0)));
        return new Accepted(reading, DeviceTypes.shipped().require("environment"), new StreamRecord("1", "a", takenAtMillis, new byte[0]), false);
    }

    @Test
    void aReadingOutsideTheTablesWindowIsRefusedAndTheOthersOfItsCallAreStored() throws Exception {
        List<Accepted> readings = new ArrayList<>();
        for (int seq = 1; seq <= 150; seq++) {
            readings.add(reading(seq, seq == 120 ? 0 : MINUTE + seq));
        }

        List<TimeSeries.Refused> refused = series.store(readings, List.of());

        assertThat(refused).singleElement().satisfies(one -> {
            assertThat(one.reading()).isSameAs(readings.get(119));
            assertThat(one.why()).contains("outside the time range");
        });
        assertThat(timestream.rows).hasSize(149);
    }

    @Test
    void anyOtherFailureIsToBeTriedAgain() {
        timestream.throttles.set(1);

        assertThatExceptionOfType(SinkUnavailable.class).isThrownBy(() -> series.store(List.of(reading(1, MINUTE)), List.of()))
                .withMessageContaining("db").withMessageContaining("slow down");
    }

    @Test
    void aMeasureThatTheTypeDoesNotKnowTakesNoColumn() throws Exception {
        series.store(List.of(reading(1, MINUTE)), List.of());

        assertThat(timestream.rows.values().iterator().next().measureValues()).extracting(MeasureValue::name)
                .containsExactly("epoch", "seq", "temperature_c");
    }
}
