package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hardwood.HardwoodContext;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.RunningPane;
import dev.millrace.pipeline.testkit.InMemoryTimeSeries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;

/// The life of one table from one seed: batches land, late, repeated and in hours that were compacted before, also in those that
/// were taken for final; runs are
/// killed at any call, fail, or are overtaken by another run in the midst of any call; small files are merged, snapshots
/// expire, orphans and marked landing objects are deleted; readers stay on old snapshots. After each step the table holds
/// nothing twice and nothing that has not landed, and in the end exactly what has.
final class CompactionSimulation {
    private static final DeviceType TYPE = new DeviceType("probe", "Probe", List.of(
            new DeviceType.Measure("level_m", "m", -1e9, 1e9), new DeviceType.Measure("flow_lps", "l/s", -1e9, 1e9)),
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofMinutes(5));
    private static final Duration FINAL_AFTER = Duration.ofHours(25);
    private static final Duration PUT_BACK_WITHIN = Duration.ofHours(60);
    private static final Duration READERS_MAY_STAY = Duration.ofDays(2);

    private static final TableIdentifier TABLE = TableIdentifier.of("lake", "probe_readings");

    private final long seed;
    private final SplittableRandom random;
    private final FaultyStorage storage;
    private final MemoryCatalog catalog;
    private final LandedFiles landing;
    private final Map<String, Thing> things = new TreeMap<>();
    /// What has landed, by id.
    private final Map<ReadingId, Reading> landed = new HashMap<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private final InMemoryTimeSeries hotStore = new InMemoryTimeSeries();
    private final HotPath hotPath = new HotPath();
    private final List<Reader> readers = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T00:20:00Z");
    int kills;
    int overtaken;
    int failures;
    int merges;
    int orphans;
    int expired;
    int lifecycleDeletions;
    int leftOut;
    long corrected;

    private static final class Thing {
        private long epoch = 1;
        private long seq;
        private final List<Reading> recent = new ArrayList<>();
    }

    /// A query that began on a snapshot and has not read its files yet.
    private record Reader(List<FileScanTask> files, Map<ReadingId, Reading> expected, Instant since) {
    }

    CompactionSimulation(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.storage = new FaultyStorage(() -> now);
        this.catalog = new MemoryCatalog(storage);
        this.landing = new LandedFiles(TYPE, storage);
        for (int i = 1; i <= 1 + random.nextInt(4); i++) {
            things.put("probe-" + i, new Thing());
        }
    }

    void run() throws IOException {
        int steps = 15 + random.nextInt(25);
        for (int step = 0; step < steps; step++) {
            step();
        }
        finish();
    }

    private void step() throws IOException {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> land();
            case 4, 5, 6 -> work();
            case 7 -> now = now.plus(Duration.ofMinutes(1 + random.nextInt(180)));
            case 8 -> startReader();
            default -> {
                if (random.nextInt(4) == 0) {
                    now = now.plus(Duration.ofHours(random.nextInt(30)));
                }
                lifecycleDeletions += random.nextInt(3) == 0 ? landing.deleteMarked() : 0;
            }
        }
        landWhatIsDue();
        endReaders(random.nextInt(3) == 0);
    }

    private void land() {
        List<Landed> batch = new ArrayList<>();
        Instant arrived = now;
        int size = 1 + random.nextInt(40);
        for (int i = 0; i < size; i++) {
            String thing = "probe-" + (1 + random.nextInt(things.size()));
            batch.add(new Landed(reading(thing), arrived.toEpochMilli() + i));
        }
        hotPath.take(batch);
        // the archive may be behind, at most as long as the stream keeps a record; an operator may put back what is older
        long behindMillis = switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> random.nextLong(Duration.ofHours(20).toMillis());
            case 4 -> random.nextLong(PUT_BACK_WITHIN.toMillis());
            default -> 0;
        };
        delayed.add(new Delayed(batch, arrived.toEpochMilli(), arrived.toEpochMilli() + behindMillis));
        landWhatIsDue();
    }

    /// @param dueMillis when the archive gets to it
    private record Delayed(List<Landed> batch, long arrivedAtMillis, long dueMillis) {
    }

    private void landWhatIsDue() {
        for (Delayed one : List.copyOf(delayed)) {
            if (one.dueMillis <= now.toEpochMilli()) {
                delayed.remove(one);
                one.batch.forEach(reading -> landed.put(reading.reading().id(), reading.reading()));
                landing.land(one.batch, one.arrivedAtMillis);
            }
        }
    }

    /// What ingest does with panes: a reading is left out once the watermark of its thing is past its pane and the lateness,
    /// or when the thing has been silent for so long.
    private final class HotPath {
        private final Map<String, Long> watermarks = new HashMap<>();
        private final Map<String, Long> lastArrivals = new HashMap<>();
        private final Set<ReadingId> seen = new HashSet<>();
        private final Map<String, RunningPane> open = new HashMap<>();

        void take(List<Landed> batch) {
            List<Rollup> rollups = new ArrayList<>();
            for (Landed one : batch) {
                Reading reading = one.reading();
                String thing = reading.id().thing();
                long arrived = one.arrivedAtMillis();
                if (arrived >= lastArrivals.getOrDefault(thing, arrived) + TYPE.allowedLateness().toMillis()) {
                    open.keySet().removeIf(key -> key.startsWith(thing + "/"));
                    // swept: what belongs to a pane before is late
                    watermarks.merge(thing, lastArrivals.get(thing) + TYPE.maxSkew().toMillis() + TYPE.allowedLateness().toMillis(), Math::max);
                }
                lastArrivals.put(thing, arrived);
                if (!seen.add(reading.id())) {
                    continue;
                }
                RunningPane pane = RunningPane.around(TYPE, reading.takenAtMillis());
                long watermark = Math.max(watermarks.getOrDefault(thing, 0L), reading.takenAtMillis());
                watermarks.put(thing, watermark);
                if (pane.key().endMillis() + TYPE.allowedLateness().toMillis() <= watermark) {
                    leftOut++;
                    continue;
                }
                RunningPane running = open.computeIfAbsent(thing + "/" + pane.key(), _ -> pane);
                running.add(reading);
                rollups.add(Rollup.counted(thing, TYPE, running.result()));
            }
            // a batch that is given up has written its rollups, and its readings come again, if at all, when they are late
            hotStore.store(List.of(), rollups);
        }
    }

    /// The pane of each thing as it must be, from what has landed.
    private Map<String, Pane> panes() {
        Map<String, RunningPane> panes = new TreeMap<>();
        for (Reading reading : landed.values()) {
            RunningPane empty = RunningPane.around(TYPE, reading.takenAtMillis());
            panes.computeIfAbsent(reading.id().thing() + "/" + empty.key(), _ -> empty).add(reading);
        }
        Map<String, Pane> results = new TreeMap<>();
        panes.forEach((key, pane) -> results.put(key, pane.result()));
        return results;
    }

    private Reading reading(String thing) {
        Thing from = things.get(thing);
        if (!from.recent.isEmpty() && random.nextInt(4) == 0) {
            return from.recent.get(random.nextInt(from.recent.size()));
        }
        if (random.nextInt(60) == 0) {
            from.epoch++;
            from.seq = 0;
        }
        from.seq += random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1;
        long lateMillis = switch (random.nextInt(4)) {
            case 0 -> random.nextLong(Duration.ofDays(3).toMillis());
            // around the lateness that the type allows
            case 1 -> random.nextLong(2 * TYPE.allowedLateness().toMillis());
            default -> random.nextLong(60_000);
        };
        SortedMap<String, Double> measures = new TreeMap<>();
        measures.put("level_m", random.nextInt(8) == 0 ? -0.0 : random.nextInt(100) / 10.0);
        if (random.nextBoolean()) {
            measures.put("flow_lps", random.nextDouble());
        }
        for (int i = random.nextInt(12) == 0 ? 1 + random.nextInt(3) : 0; i > 0; i--) {
            measures.put("extra_" + i, random.nextDouble());
        }
        var reading = new Reading(new ReadingId(thing, from.epoch, from.seq), now.toEpochMilli() - lateMillis, measures);
        from.recent.add(reading);
        return reading;
    }

    /// A run of the function, with what may befall it.
    private void work() throws IOException {
        befall();
        verify();
    }

    private void befall() throws IOException {
        switch (random.nextInt(7)) {
            case 0, 1 -> runOnce(true);
            case 2, 3 -> faulty(() -> {
                throw new FaultyStorage.Killed();
            });
            case 4 -> faulty(() -> {
                throw new UncheckedIOException(new IOException("storage is not there"));
            });
            default -> overtaken();
        }
    }

    /// From some call on, every call does this, until the run has ended.
    private void faulty(Runnable what) {
        boolean isAboutTheCommit = random.nextInt(3) == 0;
        int[] calls = {random.nextInt(isAboutTheCommit ? 6 : 60)};
        boolean isForGood = random.nextBoolean();
        storage.setFault(call -> {
            boolean isMeant = !isAboutTheCommit || call.equals("update table") || call.equals("table updated");
            if (isMeant && calls[0]-- <= 0 && (isForGood || calls[0] == -1)) {
                what.run();
            }
        });
        try {
            runOnce(false);
        } catch (FaultyStorage.Killed e) {
            kills++;
        } catch (IOException | RuntimeException e) {
            failures++;
        } finally {
            storage.setFault(_ -> {
            });
        }
    }

    /// At some call of a run another run begins and ends.
    private void overtaken() throws IOException {
        int[] calls = {random.nextInt(60)};
        storage.setFault(_ -> {
            if (calls[0]-- == 0) {
                try {
                    runOnce(false);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try {
            runOnce(false);
        } catch (CommittedElsewhere e) {
            overtaken++;
        } catch (ValidationException | CommitFailedException e) {
            failures++;
        } finally {
            storage.setFault(_ -> {
            });
        }
    }

    private void runOnce(boolean isWhole) throws IOException {
        runOnce(new Request.Compact(random.nextInt(4) == 0, random.nextInt(8) == 0), isWhole);
    }

    private void runOnce(Request.Compact which, boolean isWhole) throws IOException {
        ReadingsTable table = ReadingsTable.open(catalog, "lake", TYPE, "s3://lake/");
        Compactor.Outcome compacted = compactor(table).run(which, Deadline.NONE);
        if (isWhole || random.nextBoolean()) {
            merges += new SmallFiles(table, new SmallFiles.Settings(1 << 20, 3, 5, 1 << 20, Duration.ofHours(6), Duration.ZERO), () -> now).run(Deadline.NONE).merges();
        }
        if (isWhole || random.nextBoolean()) {
            corrected += new Corrections(table, hotStore).run(compacted.completeToMillis(), Deadline.NONE).panes();
        }
        if (random.nextInt(3) == 0) {
            Housekeeping.Outcome kept = new Housekeeping(table, new Housekeeping.Settings(READERS_MAY_STAY, 2, Duration.ofDays(1)), () -> now).run();
            orphans += kept.orphans();
        }
    }

    private Compactor compactor(ReadingsTable table) {
        return new Compactor(table, landing, new Compactor.Settings(16 << 20, 1 << 20, Duration.ofMinutes(15), FINAL_AFTER, Duration.ZERO), () -> now);
    }

    private void startReader() throws IOException {
        if (catalog.tableExists(TABLE)) {
            List<FileScanTask> files = files();
            readers.add(new Reader(files, rows(files), now));
        }
    }

    private List<FileScanTask> files() throws IOException {
        Table table = catalog.loadTable(TABLE);
        List<FileScanTask> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(files::add);
        }
        return files;
    }

    /// Readers read what they began with, whatever was committed and deleted meanwhile.
    private void endReaders(boolean isEnding) throws IOException {
        for (Reader reader : List.copyOf(readers)) {
            if (isEnding && now.isBefore(reader.since.plus(READERS_MAY_STAY))) {
                assertThat(rows(reader.files)).as("seed %d: a reader since %s", seed, reader.since).isEqualTo(reader.expected);
            }
            if (isEnding || !now.isBefore(reader.since.plus(READERS_MAY_STAY))) {
                readers.remove(reader);
            }
        }
    }

    private Map<ReadingId, Reading> rows(List<FileScanTask> files) throws IOException {
        Map<ReadingId, Reading> found = new HashMap<>();
        Rows rows = new Rows(TYPE);
        try (HardwoodContext context = HardwoodContext.create(1); FaultyStorage.Io io = storage.io()) {
            for (FileScanTask task : files) {
                try (var cursor = new ParquetRows(task.file().location(), new FileIoInput(io, task.file().location(), task.file().fileSizeInBytes()), rows, context)) {
                    while (cursor.next()) {
                        Reading reading = decoded(rows, cursor.bytes(), cursor.at());
                        assertThat(found.put(reading.id(), reading)).as("seed %d: %s is there twice", seed, reading.id()).isNull();
                    }
                }
            }
        }
        return found;
    }

    private static Reading decoded(Rows rows, byte[] row, int at) {
        SortedMap<String, Double> measures = new TreeMap<>();
        rows.values(row, at, new Rows.ValueVisitor() {
            @Override
            public void measure(int index, double value) {
                measures.put(TYPE.measures().get(index).name(), value);
            }

            @Override
            public void other(byte[] bytes, int nameAt, int nameLength, double value) {
                measures.put(new String(bytes, nameAt, nameLength, java.nio.charset.StandardCharsets.UTF_8), value);
            }
        });
        return new Reading(new ReadingId(Rows.thing(row, at), Rows.epoch(row, at), Rows.seq(row, at)), Rows.takenAtMicros(row, at) / 1_000, measures);
    }

    private void verify() throws IOException {
        if (!catalog.tableExists(TABLE)) {
            return;
        }
        Map<ReadingId, Reading> table = rows(files());
        table.forEach((id, reading) -> assertThat(reading).as("seed %d", seed).isEqualTo(landed.get(id)));
        // an object may be deleted by its mark: then all of it must be in the table
        Rows rows = new Rows(TYPE);
        try (HardwoodContext context = HardwoodContext.create(1)) {
            for (String key : landing.marked()) {
                try (var cursor = new ParquetRows(key, dev.hardwood.InputFile.of(java.nio.ByteBuffer.wrap(landing.objects().get(key))), rows, context)) {
                    while (cursor.next()) {
                        Reading reading = decoded(rows, cursor.bytes(), cursor.at());
                        assertThat(table).as("seed %d: %s is marked as compacted", seed, key).containsKey(reading.id());
                    }
                }
            }
        }
    }

    /// Nothing lands any more, and nothing fails.
    private void finish() throws IOException {
        now = now.plus(PUT_BACK_WITHIN).plus(Duration.ofHours(2));
        landWhatIsDue();
        runOnce(new Request.Compact(false, true), true);
        verify();
        assertThat(rows(files())).as("seed %d", seed).isEqualTo(landed);
        assertPanes();
        now = now.plus(Duration.ofDays(4));
        ReadingsTable table = ReadingsTable.open(catalog, "lake", TYPE, "s3://lake/");
        new SmallFiles(table, new SmallFiles.Settings(1 << 20, 3, 5, 1 << 20, Duration.ofHours(6), Duration.ZERO), () -> now).run(Deadline.NONE);
        // Iceberg stamps its snapshots by the machine's clock
        now = Instant.now().plus(Duration.ofDays(4));
        Housekeeping.Outcome kept = new Housekeeping(table, new Housekeeping.Settings(READERS_MAY_STAY, 1, Duration.ofDays(1)), () -> now).run();
        expired = kept.snapshots();
        orphans += kept.orphans();
        assertThat(rows(files())).as("seed %d", seed).isEqualTo(landed);
        assertThat(table.load().state().rows()).as("seed %d", seed).isEqualTo(landed.size());
        List<String> days = files().stream().map(task -> task.file().partition().toString()).sorted(Comparator.naturalOrder()).toList();
        assertThat(days).as("seed %d: a day that is over is one file, so long as it is small", seed).doesNotHaveDuplicates();
        assertThat(landing.marked()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(landing.objects().keySet());
        List<String> data = storage.files().stream().filter(file -> file.endsWith(".parquet")).toList();
        assertThat(data).as("seed %d: orphans are gone", seed).hasSameSizeAs(files());
    }

    private void assertPanes() {
        Map<String, Pane> expected = panes();
        Map<String, Pane> stored = hotStore.panes();
        assertThat(stored.keySet()).as("seed %d: panes", seed).isEqualTo(expected.keySet());
        expected.forEach((key, pane) -> {
            Pane found = stored.get(key);
            assertThat(found.readings()).as("seed %d: readings in pane %s", seed, key).isEqualTo(pane.readings());
            pane.measures().forEach((measure, aggregate) -> {
                Aggregate other = found.measures().get(measure);
                assertThat(other.sum()).as("seed %d: sum of %s in pane %s", seed, measure, key).isCloseTo(aggregate.sum(), within(1e-9));
                assertThat(List.of(other.count(), other.min(), other.max(), other.first(), other.last())).as("seed %d: %s in pane %s", seed, measure, key)
                        .isEqualTo(List.of(aggregate.count(), aggregate.min(), aggregate.max(), aggregate.first(), aggregate.last()));
            });
        });
    }
}
