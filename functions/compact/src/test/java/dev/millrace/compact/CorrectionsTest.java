package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.RunningPane;
import dev.millrace.pipeline.TimeSeries;
import dev.millrace.pipeline.testkit.InMemoryTimeSeries;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// When a pane's turn comes. The simulation finds this too, but only where a pane, an hour's end and a late object meet.
class CorrectionsTest {
    private static final DeviceType PROBE = new DeviceType("probe", "Probe", List.of(new DeviceType.Measure("level_m", "m", 0, 10)),
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofMinutes(5));
    private static final String THING = "probe-1";

    private final InMemoryTimeSeries hotStore = new InMemoryTimeSeries();
    private Instant now = at("10:20:00");
    private final FaultyStorage storage = new FaultyStorage(() -> now);
    private final MemoryCatalog catalog = new MemoryCatalog(storage);
    private final LandedFiles landing = new LandedFiles(PROBE, storage);

    private static Instant at(String time) {
        return Instant.parse("2026-11-27T%sZ".formatted(time));
    }

    private static Landed landed(long seq, String taken, String arrived) {
        return new Landed(new Reading(new ReadingId(THING, 1, seq), at(taken).toEpochMilli(), new TreeMap<>(Map.of("level_m", 1.0))), at(arrived).toEpochMilli());
    }

    private void land(Landed one) {
        landing.land(List.of(one), one.arrivedAtMillis());
    }

    private Corrections.Outcome run(String time) throws IOException {
        now = at(time);
        ReadingsTable table = ReadingsTable.open(catalog, "lake", PROBE, "s3://lake/");
        var settings = new Compactor.Settings(16 << 20, 1 << 20, Duration.ofMinutes(15), Duration.ofHours(25), Duration.ZERO);
        Compactor.Outcome compacted = new Compactor(table, landing, settings, () -> now).run(Request.Compact.CLOSED_HOURS, Deadline.NONE);
        return new Corrections(table, hotStore).run(compacted.completeToMillis(), Deadline.NONE);
    }

    private List<Long> counts() {
        return hotStore.panes().values().stream().map(pane -> pane.readings()).toList();
    }

    /// Else the correction would lack what comes in the next hour, and stand above what the hot path counts.
    @Test
    void aPaneWaitsForAllThatTheHotPathStillCountsIn() throws IOException {
        Landed late = landed(2, "09:59:20", "09:59:30");
        Landed inTheNextHour = landed(3, "09:59:40", "10:03:00");
        land(landed(1, "09:10:00", "09:10:01"));
        run("10:20:00");
        land(late);
        land(inTheNextHour);
        RunningPane pane = RunningPane.around(PROBE, late.reading().takenAtMillis());
        pane.add(late.reading());
        pane.add(inTheNextHour.reading());
        hotStore.store(List.of(), List.of(Rollup.counted(THING, PROBE, pane.result())));

        Corrections.Outcome early = run("10:30:00");
        assertThat(early.waiting()).as("it landed late, so its pane is on the list").isEqualTo(1);
        assertThat(early.panes()).isZero();
        assertThat(counts()).containsExactly(2L);

        assertThat(run("11:20:00").panes()).isEqualTo(1);
        assertThat(counts()).containsExactly(2L);
    }

    @Test
    void withoutAHotStoreNothingIsListedForItAndTheTableIsCompleteAllTheSame() throws IOException {
        land(landed(1, "09:10:00", "09:10:01"));
        var lake = new LakeCompaction(catalog, "lake", "lake", List.of(PROBE), _ -> landing, TimeSeries.NONE, 16 << 20, Duration.ofHours(24), () -> now);
        lake.run(Request.Compact.CLOSED_HOURS, Deadline.NONE);
        land(landed(2, "09:59:20", "09:59:30"));
        now = at("11:30:00");

        List<LakeCompaction.OfType> outcomes = lake.run(Request.Compact.CLOSED_HOURS, Deadline.NONE);

        assertThat(outcomes).singleElement().satisfies(outcome -> {
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.compacted().in().rows()).isEqualTo(1);
            assertThat(outcome.corrected()).isEqualTo(Corrections.Outcome.NOTHING);
        });
        assertThat(ReadingsTable.open(catalog, "lake", PROBE, "s3://lake/").load().state().panes()).isEmpty();
    }
}
