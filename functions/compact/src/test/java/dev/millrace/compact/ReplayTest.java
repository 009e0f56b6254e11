package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.hardwood.HardwoodContext;
import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Lake.Landed;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/// What the simulation does not meet. Without a hot store.
class ReplayTest {
    private static final String THING = "probe-1";
    private static final ReplayRange MORNING = new ReplayRange(at("09:00:00"), at("10:00:00"), Optional.empty());

    private Instant now = at("10:20:00");
    private final FaultyStorage storage = new FaultyStorage(() -> now);
    private final MemoryCatalog catalog = new MemoryCatalog(storage);
    private final LandedFiles landing = new LandedFiles(probe(10, "level_m"), storage);

    private static DeviceType probe(double max, String... measures) {
        return new DeviceType("probe", "Probe", List.of(measures).stream().map(name -> new DeviceType.Measure(name, "m", 0, max)).toList(),
                Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofMinutes(5));
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-27T%sZ".formatted(time));
    }

    private static Reading reading(long seq, String taken, double level) {
        return new Reading(new ReadingId(THING, 1, seq), at(taken).toEpochMilli(), new TreeMap<>(Map.of("level_m", level)));
    }

    private void land(String arrived, Reading... readings) {
        landing.land(List.of(readings).stream().map(one -> new Landed(one, at(arrived).toEpochMilli())).toList(), at(arrived).toEpochMilli());
    }

    private ReadingsTable compact(DeviceType type) throws IOException {
        ReadingsTable table = ReadingsTable.open(catalog, "lake", type, "s3://lake/");
        var settings = new Compactor.Settings(16 << 20, 1 << 20, Duration.ofMinutes(15), Duration.ofHours(25), Duration.ZERO);
        new Compactor(table, landing, settings, () -> now).run(Request.Compact.CLOSED_HOURS, Deadline.NONE);
        return table;
    }

    private ReplayOutcome replay(DeviceType type, ReplayRange range, boolean isDryRun) throws IOException {
        var s3 = new S3Client() {
            @Override
            public String serviceName() {
                return "s3";
            }

            @Override
            public void close() {
            }
        };
        return new Replay(new Replay.Lake(catalog, "lake", s3, "lake"), Optional.empty(), 16 << 20, () -> now, _ -> {
        }).run(type, landing, range, isDryRun);
    }

    private List<Reading> rows(DeviceType type) throws IOException {
        ReadingsTable table = ReadingsTable.existing(catalog, "lake", type, "s3://lake/");
        var readings = new RowReadings(table.rows());
        List<Reading> found = new ArrayList<>();
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor rows = new RowMerge(table.open(table.files(Expressions.alwaysTrue()), context, null))) {
            while (rows.next()) {
                found.add(readings.read(rows.bytes(), rows.at()));
            }
        }
        return found;
    }

    @Test
    void whatTheCodeOfTodayRefusesIsNamedAndStays() throws IOException {
        land("09:10:01", reading(1, "09:10:00", 1), reading(2, "09:10:01", 9));
        compact(probe(10, "level_m"));

        DeviceType narrower = probe(5, "level_m");
        ReplayOutcome outcome = replay(narrower, MORNING, false);

        assertThat(outcome.refused()).isEqualTo(1);
        assertThat(outcome.found(Store.TABLE, Kind.REFUSED)).isEqualTo(1);
        assertThat(outcome.first()).singleElement().asString().isEqualTo("table: probe-1 epoch 1 seq 2, 2026-11-27T09:10:01Z, is refused; stored {level_m=9.0}");
        assertThat(outcome.isSame()).isFalse();
        assertThat(rows(narrower)).hasSize(2);
    }

    /// Readings that came before the type knew of a measure get it from among the others.
    @Test
    void aMeasureThatTheTypeHasGotIsPutInItsColumn() throws IOException {
        var early = new Reading(new ReadingId(THING, 1, 1), at("09:10:00").toEpochMilli(), new TreeMap<>(Map.of("level_m", 1.0, "flow_m", 2.0)));
        land("09:10:01", early);
        compact(probe(10, "level_m"));
        DeviceType more = probe(10, "level_m", "flow_m");

        assertThat(replay(more, MORNING, true).found()).isEqualTo(Map.of(Store.TABLE, Map.of(Kind.DIFFERENT, 1L)));
        ReplayOutcome mended = replay(more, MORNING, false);

        assertThat(mended.isSame()).isTrue();
        assertThat(rows(more)).containsExactly(early);
        ReadingsTable table = ReadingsTable.existing(catalog, "lake", more, "s3://lake/");
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor row = table.open(table.files(Expressions.alwaysTrue()), context, null).getFirst()) {
            row.next();
            table.rows().values(row.bytes(), row.at(), new Rows.ValueVisitor() {
                @Override
                public void measure(int index, double value) {
                    assertThat(value).isEqualTo(index + 1.0);
                }

                @Override
                public void other(byte[] bytes, int nameAt, int nameLength, double value) {
                    throw new AssertionError("among the others still");
                }
            });
        }
    }

    /// Nobody can say which is right, so there must not be two.
    @Test
    void anIdentityThatStandsAtAnotherTimeIsAConflictAndNotPutInAgain() throws IOException {
        DeviceType type = probe(10, "level_m");
        land("09:10:01", reading(1, "09:10:00", 1));
        ReadingsTable table = compact(type);
        moveAllRows(table, reading(1, "08:10:00", 1));

        ReplayOutcome outcome = replay(type, MORNING, false);

        assertThat(outcome.found()).isEqualTo(Map.of(Store.TABLE, Map.of(Kind.CONFLICTING, 1L)));
        assertThat(outcome.isSame()).isFalse();
        assertThat(rows(type)).containsExactly(reading(1, "08:10:00", 1));
    }

    private static void moveAllRows(ReadingsTable table, Reading instead) throws IOException {
        table.load();
        List<DataFile> files = table.files(Expressions.alwaysTrue());
        Rows.Scratch scratch = table.rows().new Scratch();
        new RowReadings(table.rows()).write(instead, at("09:10:01").toEpochMilli(), scratch);
        var buffer = new RowBuffer(16 << 20);
        buffer.add(scratch.bytes(), 0);
        try (TableFiles written = new TableFiles(table, 1 << 20); RowCursor row = buffer.merged()) {
            row.next();
            written.write(row);
            OverwriteFiles overwrite = table.table().newOverwrite();
            files.forEach(overwrite::deleteFile);
            written.finish().forEach(overwrite::addFile);
            overwrite.commit();
        }
    }

    @Test
    void whatCompactionHasNotTakenYetIsLeftOut() throws IOException {
        DeviceType type = probe(10, "level_m");
        land("09:10:01", reading(1, "09:10:00", 1));
        compact(type);
        land("09:50:01", reading(2, "09:50:00", 1));

        ReplayOutcome outcome = replay(type, MORNING, false);

        assertThat(outcome.objects()).isEqualTo(1);
        assertThat(outcome.notCompacted()).isEqualTo(1);
        assertThat(outcome.isSame()).isTrue();
        assertThat(rows(type)).hasSize(1);
    }

    @Test
    void anObjectThatCannotBeReadIsNamedAndTheOthersAreReplayed() throws IOException {
        DeviceType type = probe(10, "level_m");
        land("09:10:01", reading(1, "09:10:00", 1));
        land("09:20:01", reading(2, "09:20:00", 1));
        compact(type);
        String bad = landing.objects().keySet().iterator().next();
        landing.put(bad, new byte[] {1, 2, 3});

        ReplayOutcome outcome = replay(type, MORNING, true);

        assertThat(outcome.unreadable()).singleElement().asString().contains(bad);
        assertThat(outcome.readings()).isEqualTo(1);
        assertThat(outcome.found()).as("what was in it has landed all the same").isEmpty();
        assertThat(outcome.isSame()).isFalse();
    }

    @Test
    void aCompactionThatCommitsMeanwhileIsNotOverwritten() throws IOException {
        DeviceType type = probe(10, "level_m");
        land("09:10:01", reading(1, "09:10:00", 1), reading(2, "09:10:01", 1));
        ReadingsTable table = compact(type);
        moveAllRows(table, reading(1, "09:10:00", 1));
        land("10:05:01", reading(3, "10:05:00", 1));
        now = at("11:20:00");
        var overtaken = new AtomicInteger();
        storage.setFault(call -> {
            if (call.equals("update table") && overtaken.getAndIncrement() == 0) {
                try {
                    compact(type);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });

        ReplayOutcome outcome = replay(type, MORNING, false);

        assertThat(overtaken.get()).isGreaterThan(1);
        assertThat(outcome.isSame()).isTrue();
        assertThat(outcome.mended()).isEqualTo(Map.of(Store.TABLE, 1L));
        assertThat(rows(type)).containsExactly(reading(1, "09:10:00", 1), reading(2, "09:10:01", 1), reading(3, "10:05:00", 1));
    }

    /// A merge leaves the table's state alone, but takes away the files that are to be written anew.
    @Test
    void aMergeOfSmallFilesMeanwhileDoublesNothing() throws IOException {
        Reading first = withFlow(1, "09:10:00");
        Reading second = withFlow(2, "10:05:00");
        land("09:10:01", first);
        compact(probe(10, "level_m"));
        land("10:05:01", second);
        now = at("11:20:00");
        compact(probe(10, "level_m"));
        DeviceType more = probe(10, "level_m", "flow_m");
        // the column is there, so that the first update is the repair's
        ReadingsTable.open(catalog, "lake", more, "s3://lake/");
        var merges = new AtomicInteger();
        storage.setFault(call -> {
            if (call.equals("update table") && merges.get() == 0) {
                merges.incrementAndGet();
                try {
                    ReadingsTable table = ReadingsTable.open(catalog, "lake", more, "s3://lake/");
                    var settings = new SmallFiles.Settings(1 << 20, 2, 5, 1 << 20, Duration.ofHours(6), Duration.ZERO);
                    assertThat(new SmallFiles(table, settings, () -> now).run(Deadline.NONE).before()).isEqualTo(2);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        ReplayOutcome outcome = replay(more, new ReplayRange(at("09:00:00"), at("11:00:00"), Optional.empty()), false);

        assertThat(merges.get()).isEqualTo(1);
        assertThat(outcome.isSame()).isTrue();
        assertThat(outcome.mended()).as("once, not once more for what the commit would have doubled").isEqualTo(Map.of(Store.TABLE, 2L));
        assertThat(rows(more)).containsExactly(first, second);
    }

    private static Reading withFlow(long seq, String taken) {
        return new Reading(new ReadingId(THING, 1, seq), at(taken).toEpochMilli(), new TreeMap<>(Map.of("level_m", 1.0, "flow_m", 2.0)));
    }

    /// Put back from a backup, say; the table's ledgers have nothing of it.
    @Test
    void whatLandedInAnHourThatIsFinalIsPutIntoTableAndLedgers() throws IOException {
        DeviceType type = probe(10, "level_m");
        land("09:10:01", reading(1, "09:10:00", 1));
        compact(type);
        now = at("10:20:00").plus(Duration.ofDays(3));
        landing.land(List.of(new Landed(reading(3, "10:05:00", 1), now.minus(Duration.ofHours(2)).toEpochMilli())), now.minus(Duration.ofHours(2)).toEpochMilli());
        compact(type);
        land("09:20:01", reading(2, "09:20:00", 1));

        ReplayOutcome outcome = replay(type, MORNING, false);

        assertThat(outcome.found()).isEqualTo(Map.of(Store.TABLE, Map.of(Kind.MISSING, 1L)));
        assertThat(outcome.isSame()).isTrue();
        ReadingsTable table = ReadingsTable.existing(catalog, "lake", type, "s3://lake/");
        assertThat(table.load().state().rows()).isEqualTo(3);
        assertThat(rows(type)).hasSize(3);
    }

    @Test
    void aRangeOrATableThatIsNotThereIsNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplayRange(at("09:00:00"), at("09:00:00"), Optional.empty()))
                .withMessage("a range must begin in or after 1970 and end after it begins: from 2026-11-27T09:00:00Z to 2026-11-27T09:00:00Z");
        assertThatIllegalArgumentException().isThrownBy(() -> replay(probe(10, "level_m"), MORNING, true)).withMessageContaining("there is no table lake.probe_readings");
    }
}
