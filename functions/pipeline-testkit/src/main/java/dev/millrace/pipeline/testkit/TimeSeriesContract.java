package dev.millrace.pipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every hot store must do. Times are given by the adapter's test, because a store has a window of time that it takes.
public abstract class TimeSeriesContract {
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");
    private final String thing = UUID.randomUUID().toString();

    /// The store under test.
    protected abstract TimeSeries timeSeries();

    /// Start of a minute that the store takes.
    protected abstract long minuteMillis();

    /// The identities stored for a thing, each as often as there is a row.
    protected abstract List<ReadingId> storedReadings(String thing) throws Exception;

    /// `sum` of `temperature_c` in the thing's pane that starts at [#minuteMillis].
    protected abstract double storedSum(String thing) throws Exception;

    @Test
    void storingTheSameReadingTwiceLeavesOne() throws Exception {
        timeSeries().store(List.of(reading(1, 0)), List.of());
        assertThat(timeSeries().store(List.of(reading(1, 0), reading(2, 1)), List.of())).isEqualTo(TimeSeries.Stored.ALL);

        assertThat(storedReadings(thing)).containsExactlyInAnyOrder(id(1), id(2));
    }

    @Test
    void twoReadingsOfTheSameMillisecondAreTwo() throws Exception {
        timeSeries().store(List.of(reading(1, 0), reading(2, 0)), List.of());

        assertThat(storedReadings(thing)).containsExactlyInAnyOrder(id(1), id(2));
    }

    @Test
    void moreReadingsThanOneCallTakesAreAllStored() throws Exception {
        List<Accepted> many = new ArrayList<>();
        List<ReadingId> ids = new ArrayList<>();
        for (int seq = 1; seq <= 250; seq++) {
            many.add(reading(seq, seq));
            ids.add(id(seq));
        }

        assertThat(timeSeries().store(many, List.of())).isEqualTo(TimeSeries.Stored.ALL);

        assertThat(storedReadings(thing)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aRollupWithMoreReadingsReplacesOneWithFewerAndNeverTheOtherWayRound() throws Exception {
        timeSeries().store(List.of(), List.of(rollup(2, 41)));
        assertThat(timeSeries().store(List.of(), List.of(rollup(3, 62)))).isEqualTo(TimeSeries.Stored.ALL);
        assertThat(storedSum(thing)).isEqualTo(62);

        assertThat(timeSeries().store(List.of(), List.of(rollup(2, 41)))).isEqualTo(TimeSeries.Stored.ALL);

        assertThat(storedSum(thing)).isEqualTo(62);
    }

    @Test
    void aCorrectedRollupStandsAboveWhatTheHotPathCountsAndBelowALaterCorrection() throws Exception {
        timeSeries().store(List.of(), List.of(rollup(5, 100)));
        assertThat(timeSeries().store(List.of(), List.of(corrected(rollup(4, 80), 7)))).isEqualTo(TimeSeries.Stored.ALL);
        assertThat(storedSum(thing)).isEqualTo(80);

        assertThat(timeSeries().store(List.of(), List.of(rollup(6, 120), corrected(rollup(9, 180), 6)))).isEqualTo(TimeSeries.Stored.ALL);
        assertThat(storedSum(thing)).isEqualTo(80);

        assertThat(timeSeries().store(List.of(), List.of(corrected(rollup(7, 140), 8)))).isEqualTo(TimeSeries.Stored.ALL);
        assertThat(storedSum(thing)).isEqualTo(140);
    }

    private static Rollup corrected(Rollup rollup, long generation) {
        return Rollup.corrected(rollup.thing(), rollup.type(), rollup.pane(), generation);
    }

    private ReadingId id(long seq) {
        return new ReadingId(thing, 1, seq);
    }

    private Accepted reading(long seq, long offsetMillis) {
        var reading = new Reading(id(seq), minuteMillis() + offsetMillis, new TreeMap<>(Map.of("temperature_c", 20.5)));
        return new Accepted(reading, ENVIRONMENT, new StreamRecord("1", thing, minuteMillis() + 100, new byte[0]), false);
    }

    private Rollup rollup(long readings, double sum) {
        var aggregate = new Aggregate(readings, sum, 0, sum * 20, 0, 20, 21, 20, minuteMillis(), 21, minuteMillis() + 1);
        return Rollup.counted(thing, ENVIRONMENT, new Pane(new Pane.Key("environment", minuteMillis(), 60_000), readings, new TreeMap<>(Map.of("temperature_c", aggregate))));
    }
}
