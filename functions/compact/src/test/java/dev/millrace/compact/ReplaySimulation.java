package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.HardwoodContext;
import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.RunningPane;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.TimeSeries;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.expressions.Expressions;
import software.amazon.awssdk.services.s3.S3Client;

/// A table and a hot store from one seed, first as they should be, then with defects that are known: rows lost, changed, there twice,
/// there without having landed; readings and panes lost or changed in the hot store. A replay of a part of it must find what
/// is wrong in that part, no more and no less, and mend it, and find nothing then.
final class ReplaySimulation {
    private static final DeviceType TYPE = new DeviceType("probe", "Probe", List.of(
            new DeviceType.Measure("level_m", "m", -1e6, 1e6), new DeviceType.Measure("flow_lps", "l/s", -1e6, 1e6)),
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofMinutes(5));
    private static final Instant START = Instant.parse("2026-03-01T22:00:00Z");
    private static final int HOURS = 4;

    private final long seed;
    private final SplittableRandom random;
    private final Instant now = START.plus(Duration.ofHours(HOURS + 1));
    private final FaultyStorage storage = new FaultyStorage(() -> now);
    private final MemoryCatalog catalog = new MemoryCatalog(storage);
    private final LandedFiles landing = new LandedFiles(TYPE, storage);
    private final Series hot = new Series();
    /// What was measured, by identity.
    private final SortedMap<ReadingId, Reading> truth = new TreeMap<>(Comparator.comparing(ReadingId::toString));
    /// When it landed, first and again.
    private final Map<ReadingId, List<Long>> arrivals = new HashMap<>();
    private final Set<ReadingId> foreign = new HashSet<>();
    private final Set<ReadingId> lost = new HashSet<>();
    private final Set<ReadingId> conflicting = new HashSet<>();
    final Map<Store, Map<Kind, Long>> expected = new EnumMap<>(Store.class);

    ReplaySimulation(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /// A hot store that can be asked.
    private static final class Series implements StoredSeries, TimeSeries {
        private final Map<ReadingId, Reading> readings = new HashMap<>();
        private final Map<String, Rollup> panes = new TreeMap<>();
        private boolean isMending;

        @Override
        public Stored store(List<Accepted> accepted, List<Rollup> rollups) {
            accepted.forEach(one -> {
                if (isMending) {
                    readings.put(one.reading().id(), one.reading());
                } else {
                    readings.putIfAbsent(one.reading().id(), one.reading());
                }
            });
            rollups.forEach(rollup -> panes.merge(key(rollup.thing(), rollup.pane()), rollup, (a, b) -> b.version() > a.version() ? b : a));
            return Stored.ALL;
        }

        static String key(String thing, Pane pane) {
            return thing + "/" + pane.key().startMillis();
        }

        @Override
        public void readings(DeviceType type, Span span, Consumer<StoredReading> reader) {
            readings.values().stream().filter(reading -> isIn(span, reading.id().thing(), reading.takenAtMillis())).map(Series::known).forEach(reader);
        }

        private static StoredReading known(Reading reading) {
            SortedMap<String, Double> known = new TreeMap<>(reading.measures());
            known.keySet().removeIf(name -> TYPE.indexOf(name) < 0);
            return new StoredReading(reading.id(), reading.takenAtMillis(), known);
        }

        @Override
        public void panes(DeviceType type, Span span, Consumer<StoredPane> reader) {
            panes.values().stream().filter(one -> isIn(span, one.thing(), one.pane().key().startMillis()))
                    .map(one -> new StoredPane(one.thing(), one.pane())).forEach(reader);
        }

        private static boolean isIn(Span span, String thing, long millis) {
            return thing.compareTo(span.firstThing()) >= 0 && thing.compareTo(span.lastThing()) <= 0 && millis >= span.fromMillis() && millis < span.toMillis();
        }
    }

    /// @return how many defects were found and mended
    long run() throws IOException {
        live();
        ReadingsTable table = ReadingsTable.open(catalog, "lake", TYPE, "s3://lake/");
        var settings = new Compactor.Settings(16 << 20, 1 << 20, Duration.ofMinutes(15), Duration.ofHours(25), Duration.ZERO);
        Compactor.Outcome compacted = new Compactor(table, landing, settings, () -> now).run(Request.Compact.CLOSED_HOURS, Deadline.NONE);
        new Corrections(table, hot).run(compacted.completeToMillis(), Deadline.NONE);
        hot.isMending = true;
        ReplayRange everything = new ReplayRange(START.minus(Duration.ofDays(2)), START.plus(Duration.ofHours(HOURS)), Optional.empty());
        ReplayOutcome sound = replay(everything, true);
        assertThat(sound.found()).as("seed %d: nothing is wrong yet: %s", seed, sound.first()).isEmpty();
        assertThat(sound.readings()).as("seed %d", seed).isEqualTo(truth.size());

        ReplayRange range = range();
        spoil(table, range);
        List<String> before = everythingStored();
        ReplayOutcome dry = replay(range, true);
        assertThat(dry.found()).as("seed %d: %s %s", seed, range, dry.first()).isEqualTo(expected);
        assertThat(everythingStored()).as("seed %d: a dry run changes nothing", seed).isEqualTo(before);

        ReplayOutcome mended = replay(range, false);
        assertThat(mended.found()).as("seed %d: %s", seed, range).isEqualTo(expected);
        assertThat(mended.left().values().stream().flatMap(kinds -> kinds.keySet().stream())).as("seed %d: %s, left after %s", seed, range, mended.mended())
                .allMatch(kind -> !kind.isMendable());
        assertTrue(range);

        ReplayOutcome rest = replay(everything, false);
        assertThat(rest.left().getOrDefault(Store.HOT_STORE, Map.of())).as("seed %d", seed).isEmpty();
        assertTrue(everything);
        return mended.mendedInAll();
    }

    private void live() {
        int things = 1 + random.nextInt(4);
        Map<String, Long> seqs = new HashMap<>();
        List<Landed> recent = new ArrayList<>();
        for (int batch = 0; batch < 20 + random.nextInt(20); batch++) {
            long arrived = START.toEpochMilli() + random.nextLong(Duration.ofHours(HOURS).toMillis() - 60_000);
            List<Landed> readings = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(40); i++) {
                String thing = "probe-" + (1 + random.nextInt(things));
                long behind = random.nextInt(6) == 0 ? random.nextLong(Duration.ofHours(30).toMillis()) : random.nextLong(30_000);
                SortedMap<String, Double> measures = new TreeMap<>(Map.of("level_m", random.nextInt(-1000, 1000) / 10.0));
                if (random.nextBoolean()) {
                    measures.put("flow_lps", random.nextInt(1000) / 8.0);
                }
                if (random.nextInt(5) == 0) {
                    measures.put("unheard_of", 1.0 + i);
                    if (random.nextInt(4) == 0) {
                        measures.keySet().retainAll(Set.of("unheard_of"));
                    }
                }
                var id = new ReadingId(thing, 1 + random.nextInt(2), seqs.merge(thing, 1L, Long::sum));
                readings.add(new Landed(new Reading(id, arrived - behind, measures), arrived + i));
            }
            if (!recent.isEmpty() && random.nextInt(3) == 0) {
                Landed again = recent.get(random.nextInt(recent.size()));
                if (arrived > again.arrivedAtMillis()) {
                    readings.add(new Landed(again.reading(), arrived + 100));
                }
            }
            readings.forEach(one -> {
                truth.put(one.reading().id(), one.reading());
                arrivals.computeIfAbsent(one.reading().id(), _ -> new ArrayList<>()).add(one.arrivedAtMillis());
            });
            recent.addAll(readings);
            landing.land(readings, arrived);
        }
        hot.store(truth.values().stream().map(ReplaySimulation::accepted).toList(), panes().entrySet().stream()
                .map(pane -> Rollup.counted(pane.getKey().substring(0, pane.getKey().indexOf('/')), TYPE, pane.getValue())).toList());
    }

    private static Accepted accepted(Reading reading) {
        return new Accepted(reading, TYPE, new StreamRecord("1", reading.id().thing(), reading.takenAtMillis(), new byte[0]), false);
    }

    /// As they should be.
    private SortedMap<String, Pane> panes() {
        SortedMap<String, RunningPane> running = new TreeMap<>();
        truth.values().stream().sorted(Comparator.comparingLong(Reading::takenAtMillis)).forEach(reading -> {
            RunningPane pane = RunningPane.around(TYPE, reading.takenAtMillis());
            running.computeIfAbsent(reading.id().thing() + "/" + pane.key().startMillis(), _ -> pane).add(reading);
        });
        SortedMap<String, Pane> panes = new TreeMap<>();
        running.forEach((key, pane) -> panes.put(key, pane.result()));
        return panes;
    }

    private ReplayRange range() {
        long from = START.toEpochMilli() + (random.nextBoolean() ? 0 : random.nextLong(Duration.ofHours(2).toMillis()));
        long to = random.nextBoolean() ? START.plus(Duration.ofHours(HOURS)).toEpochMilli() : from + Duration.ofMinutes(30).toMillis() + random.nextLong(Duration.ofHours(1).toMillis());
        return new ReplayRange(Instant.ofEpochMilli(from), Instant.ofEpochMilli(to), random.nextInt(3) == 0 ? Optional.of("probe-1") : Optional.empty());
    }

    private boolean isIn(ReplayRange range, ReadingId id) {
        return (range.thing().isEmpty() || range.thing().get().equals(id.thing())) && arrivals.get(id).stream().anyMatch(range::covers);
    }

    private void expect(Store store, Kind kind) {
        expected.computeIfAbsent(store, _ -> new EnumMap<>(Kind.class)).merge(kind, 1L, Long::sum);
    }

    private void spoil(ReadingsTable table, ReplayRange range) throws IOException {
        spoilTable(table, range);
        for (ReadingId id : truth.keySet()) {
            int fate = random.nextInt(40);
            if (fate == 0) {
                hot.readings.remove(id);
            } else if (fate == 1) {
                hot.readings.computeIfPresent(id, (_, reading) -> changed(reading));
            }
            if (fate <= 1 && isIn(range, id)) {
                expect(Store.HOT_STORE, fate == 0 ? Kind.MISSING : Kind.DIFFERENT);
            }
        }
        long completeTo = table.load().state().completeToMillis();
        Set<String> touched = new TreeSet<>();
        Set<String> inPart = new TreeSet<>();
        Set<String> withLost = new TreeSet<>();
        truth.keySet().forEach(id -> {
            String pane = id.thing() + "/" + RunningPane.around(TYPE, truth.get(id).takenAtMillis()).key().startMillis();
            if (!isIn(range, id)) {
                // what the table has lost of it nobody sees
                (lost.contains(id) ? withLost : inPart).add(pane);
            } else if (conflicting.contains(id)) {
                inPart.add(pane);
            } else {
                touched.add(pane);
            }
        });
        touched.removeAll(inPart);
        SortedMap<String, Ledger> listed = table.load().state().panes();
        panes().forEach((key, pane) -> {
            // of a pane without a measure there is no sum to spoil
            int fate = random.nextInt(20) + (pane.measures().isEmpty() ? 3 : 0);
            String thing = key.substring(0, key.indexOf('/'));
            boolean isWaiting = pane.key().endMillis() + TYPE.allowedLateness().toMillis() > completeTo
                    || (listed.containsKey(thing) && listed.get(thing).contains(pane.key().startMillis() / 60_000 + 1));
            if (isWaiting) {
                return;
            }
            boolean isAllReplayed = !range.from().isAfter(Instant.ofEpochMilli(pane.key().startMillis()).minus(TYPE.maxSkew()))
                    && range.to().toEpochMilli() >= completeTo;
            Optional<Kind> kind = switch (fate) {
                case 0 -> {
                    hot.panes.remove(key);
                    yield Optional.of(Kind.MISSING);
                }
                case 1 -> {
                    spoilPane(key, pane.readings() + 1, pane.measures());
                    yield Optional.of(isAllReplayed ? Kind.DIFFERENT : Kind.FEWER);
                }
                case 2 -> {
                    SortedMap<String, Aggregate> measures = new TreeMap<>(pane.measures());
                    measures.replaceAll((_, one) -> one.merge(Aggregate.of(1, one.lastAtMillis())));
                    spoilPane(key, pane.readings(), measures);
                    yield Optional.of(withLost.contains(key) ? Kind.FEWER : Kind.DIFFERENT);
                }
                default -> withLost.contains(key) ? Optional.of(Kind.FEWER) : Optional.empty();
            };
            if (touched.contains(key)) {
                kind.ifPresent(one -> expect(Store.PANES, one));
            }
        });
    }

    private void spoilPane(String key, long readings, SortedMap<String, Aggregate> measures) {
        hot.panes.computeIfPresent(key, (_, rollup) -> new Rollup(rollup.thing(), TYPE, new Pane(rollup.pane().key(), readings, measures), rollup.version()));
    }

    private static Reading changed(Reading reading) {
        SortedMap<String, Double> measures = new TreeMap<>(reading.measures());
        measures.merge("level_m", 0.5, Double::sum);
        return new Reading(reading.id(), reading.takenAtMillis(), measures);
    }

    /// As a compaction with defects would have left it.
    private void spoilTable(ReadingsTable table, ReplayRange range) throws IOException {
        table.load();
        List<DataFile> files = table.files(Expressions.alwaysTrue());
        var buffer = new RowBuffer(16 << 20);
        var readings = new RowReadings(table.rows());
        Rows.Scratch scratch = table.rows().new Scratch();
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor rows = new RowMerge(table.open(files, context, null));
                TableFiles written = new TableFiles(table, 1 << 20)) {
            while (rows.next()) {
                Reading reading = readings.read(rows.bytes(), rows.at());
                long arrived = Rows.arrivedAtMicros(rows.bytes(), rows.at()) / 1_000;
                boolean isIn = isIn(range, reading.id());
                buffer.beginRun();
                switch (random.nextInt(30)) {
                    case 0 -> {
                        lost.add(reading.id());
                        if (isIn) {
                            expect(Store.TABLE, Kind.MISSING);
                        }
                    }
                    case 1 -> {
                        readings.write(changed(reading), arrived, scratch);
                        buffer.add(scratch.bytes(), 0);
                        if (isIn) {
                            // what arrived before the range was there first
                            boolean isConflict = arrived < range.from().toEpochMilli();
                            expect(Store.TABLE, isConflict ? Kind.CONFLICTING : Kind.DIFFERENT);
                            if (isConflict) {
                                conflicting.add(reading.id());
                            }
                        }
                    }
                    case 2 -> {
                        buffer.add(rows.bytes(), rows.at());
                        buffer.beginRun();
                        readings.write(reading, arrived + 1, scratch);
                        buffer.add(scratch.bytes(), 0);
                        if (isIn) {
                            expect(Store.TABLE, Kind.DOUBLED);
                        }
                    }
                    case 3 -> {
                        buffer.add(rows.bytes(), rows.at());
                        var never = new Reading(new ReadingId(reading.id().thing(), 7, foreign.size() + 1L), reading.takenAtMillis() - Duration.ofDays(3).toMillis(), reading.measures());
                        foreign.add(never.id());
                        buffer.beginRun();
                        readings.write(never, arrived, scratch);
                        buffer.add(scratch.bytes(), 0);
                        if (range.covers(arrived) && (range.thing().isEmpty() || range.thing().get().equals(reading.id().thing()))) {
                            expect(Store.TABLE, Kind.NOT_LANDED);
                        }
                    }
                    default -> buffer.add(rows.bytes(), rows.at());
                }
            }
            try (RowCursor spoilt = buffer.merged()) {
                while (spoilt.next()) {
                    written.write(spoilt);
                }
            }
            OverwriteFiles overwrite = table.table().newOverwrite();
            files.forEach(overwrite::deleteFile);
            written.finish().forEach(overwrite::addFile);
            overwrite.commit();
        }
    }

    private ReplayOutcome replay(ReplayRange range, boolean isDryRun) throws IOException {
        var lake = new Replay.Lake(catalog, "lake", new S3Client() {
            @Override
            public String serviceName() {
                return "s3";
            }

            @Override
            public void close() {
            }
        }, "lake");
        return new Replay(lake, Optional.of(new Replay.HotStore(hot, hot)), 16 << 20, () -> now, _ -> {
        }).run(TYPE, landing, range, isDryRun);
    }

    private List<String> everythingStored() throws IOException {
        List<String> all = new ArrayList<>();
        rows().forEach(row -> all.add("row " + row));
        hot.readings.values().stream().map(Objects::toString).sorted().forEach(all::add);
        hot.panes.values().stream().map(Objects::toString).sorted().forEach(all::add);
        return all;
    }

    private List<Reading> rows() throws IOException {
        ReadingsTable table = ReadingsTable.existing(catalog, "lake", TYPE, "s3://lake/");
        table.load();
        List<Reading> found = new ArrayList<>();
        var readings = new RowReadings(table.rows());
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor rows = new RowMerge(table.open(table.files(Expressions.alwaysTrue()), context, null))) {
            while (rows.next()) {
                found.add(readings.read(rows.bytes(), rows.at()));
            }
        }
        return found;
    }

    /// What is in the range is as it was measured, everywhere, once; what conflicts aside.
    private void assertTrue(ReplayRange range) throws IOException {
        Map<ReadingId, List<Reading>> table = new HashMap<>();
        rows().forEach(reading -> table.computeIfAbsent(reading.id(), _ -> new ArrayList<>()).add(reading));
        boolean isWhole = range.from().isBefore(START) && range.to().equals(START.plus(Duration.ofHours(HOURS)));
        truth.forEach((id, reading) -> {
            // a reading that arrived before the range as well may have stood there with other values
            if (isIn(range, id) && (isWhole || arrivals.get(id).size() == 1)) {
                assertThat(table.get(id)).as("seed %d: %s in the table", seed, id).containsExactly(reading);
                assertThat(hot.readings.get(id)).as("seed %d: %s in the hot store", seed, id).isEqualTo(reading);
            }
        });
        if (isWhole && range.thing().isEmpty()) {
            panes().forEach((key, pane) -> assertThat(hot.panes.get(key).pane().readings()).as("seed %d: %s", seed, key).isEqualTo(pane.readings()));
            assertThat(table.keySet()).as("seed %d: nothing is taken away", seed).containsAll(foreign);
        }
    }
}
