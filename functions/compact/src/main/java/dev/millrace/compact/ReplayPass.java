package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.compact.Replay.HotStore;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Pane;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/// One look at all that has landed of a type in a range, load by load: what the code of today makes of it goes into the
/// shadow, is held against the table and the hot store, and is mended, if that is wanted.
final class ReplayPass {
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long FILE_BYTES = 256L << 20;

    private final ReadingsTable table;
    private final Landing landing;
    private final Optional<HotStore> hotStore;
    private final ReplayRange range;
    private final boolean isMending;
    private final long bufferBytes;
    private final Shadow shadow;
    private final ReplayOutcome.Tally tally;
    private final Consumer<String> progress;
    private final Optional<SeriesComparison> series;
    private final ReplayedRows replayed;
    private final RowReadings readings;
    private final Identities seen = new Identities();
    private ReadingsTable.Stored before;

    ReplayPass(ReadingsTable table, Landing landing, Optional<HotStore> hotStore, ReplayRange range, boolean isMending, long bufferBytes, Shadow shadow,
            Consumer<String> progress) {
        this.table = requireNonNull(table, "table is null");
        this.landing = requireNonNull(landing, "landing is null");
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
        this.range = requireNonNull(range, "range is null");
        this.isMending = isMending;
        this.bufferBytes = bufferBytes;
        this.shadow = requireNonNull(shadow, "shadow is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.tally = new ReplayOutcome.Tally(type().name(), shadow);
        this.series = hotStore.map(store -> new SeriesComparison(store, type(), isMending, tally));
        this.replayed = new ReplayedRows(landing, table.rows(), range, tally);
        this.readings = new RowReadings(table.rows());
    }

    static String name(ReadingId id) {
        return "epoch %d seq %d".formatted(id.epoch(), id.seq());
    }

    /// @throws CommittedElsewhere if compaction committed while something was to be mended: the pass may be run again
    ReplayOutcome run() throws IOException {
        before = table.load();
        Deque<Landing.LandingObject> objects = objects();
        int all = objects.size();
        var buffer = new RowBuffer(bufferBytes);
        while (!objects.isEmpty()) {
            buffer.clear();
            compare(buffer, replayed.load(objects, buffer));
            progress.accept("%s: %,d of %,d landing objects".formatted(type().name(), all - objects.size(), all));
        }
        // what an object held that cannot be read would seem not to have landed
        if (tally.isAllRead()) {
            findWhatHasNotLanded();
        }
        return tally.outcome();
    }

    /// Those that the table has taken.
    private Deque<Landing.LandingObject> objects() throws IOException {
        Deque<Landing.LandingObject> objects = new ArrayDeque<>();
        LakeState state = before.state();
        for (Landing.LandingObject object : landing.list(range.firstHour(), range.afterLastHour())) {
            String key = object.key();
            if (ArrivalHour.of(key).isEmpty()) {
                tally.unreadable("%s is under no hour of arrival, expected %s".formatted(key, ArrivalHour.EXPECTED));
                continue;
            }
            replayed.hourIsThere(key);
            if (key.compareTo(state.finalBefore()) < 0 || state.consumed().contains(key)) {
                objects.add(object);
            } else {
                tally.notCompacted();
            }
        }
        return objects;
    }

    private void compare(RowBuffer buffer, ReplayedRows.Things things) throws IOException {
        try (HardwoodContext context = HardwoodContext.create(1)) {
            var load = new Load(buffer, things, context);
            load.compare();
            Identities conflicting = load.findElsewhere();
            SortedMap<String, Ledger> wrongPanes = series.map(SeriesComparison::finish).orElseGet(Collections::emptySortedMap);
            if (isMending && !(load.repair.isEmpty() && wrongPanes.isEmpty())) {
                mend(load.repair, conflicting, wrongPanes);
            }
        }
    }

    /// The table first: panes are computed from it.
    private void mend(TableRepair repair, Identities conflicting, SortedMap<String, Ledger> wrongPanes) throws IOException {
        tally.mended(Store.TABLE, repair.commit(before, conflicting, wrongPanes));
        if (hotStore.isPresent()) {
            Corrections.Outcome corrected = new Corrections(table, hotStore.get().mending()).run(0, Deadline.NONE);
            tally.mended(Store.PANES, corrected.panes());
            if (!corrected.problem().isEmpty()) {
                tally.problem(corrected.problem());
            }
        }
        before = table.load();
    }

    /// A pane is compared when the hot path has closed it, when compaction does not mean to compute it again, and when all its
    /// readings were replayed: else the table may be wrong about those that were not.
    private void pane(String thing, Pane pane, long replayedOfPane) {
        shadow.pane(thing, pane);
        if (series.isEmpty()) {
            return;
        }
        LakeState state = before.state();
        Ledger listed = state.panes().get(thing);
        boolean isOpen = pane.key().endMillis() + type().allowedLateness().toMillis() > state.completeToMillis();
        if (isOpen || (listed != null && listed.contains(LakeState.paneNumber(pane.key().startMillis(), pane.key().lengthMillis())))) {
            tally.paneWaits();
        } else if (replayedOfPane < pane.readings()) {
            tally.paneInPart();
        } else {
            boolean isAllReplayed = range.from().toEpochMilli() <= pane.key().startMillis() - type().maxSkew().toMillis()
                    && range.to().toEpochMilli() >= state.completeToMillis();
            series.get().pane(thing, pane, isAllReplayed);
        }
    }

    private DeviceType type() {
        return table.rows().type();
    }

    private Difference difference(Kind kind, Reading reading, String stored) {
        return new Difference(Store.TABLE, kind, reading.id().thing(), Instant.ofEpochMilli(reading.takenAtMillis()), name(reading.id()),
                reading.measures().toString(), stored);
    }

    /// What a load is compared with, and what comes of it.
    private final class Load {
        private final HardwoodContext context;
        private final RowCursor rows;
        private final PaneWalk panes = new PaneWalk(table.rows(), ReplayPass.this::pane);
        private final TableRepair repair = new TableRepair(table, 2 * bufferBytes, FILE_BYTES);
        /// The table has these by its ledgers, but not where they belong.
        private final Identities suspects = new Identities();
        private final ReplayedRows.Things things;
        private boolean isAtRow;

        Load(RowBuffer buffer, ReplayedRows.Things things, HardwoodContext context) throws IOException {
            this.context = context;
            this.things = things;
            this.rows = buffer.merged();
            step();
        }

        /// To the next reading that was not there before.
        private void step() throws IOException {
            do {
                isAtRow = rows.next();
            } while (isAtRow && !seen.add(rows.bytes(), rows.at()));
            if (isAtRow) {
                tally.reading();
                shadow.reading(rows);
            }
        }

        void compare() throws IOException {
            while (isAtRow) {
                compareDay(Rows.day(rows.bytes(), rows.at()));
            }
            shadow.endFile();
        }

        private void compareDay(int day) throws IOException {
            try (RowCursor stored = table.ofDay(day, things.first(), things.last(), context)) {
                boolean isStored = stored.next();
                boolean isReplayed = true;
                while (isReplayed || isStored) {
                    int order = !isStored ? -1 : !isReplayed ? 1 : Rows.compareReadings(rows.bytes(), rows.at(), stored.bytes(), stored.at());
                    if (order > 0) {
                        panes.add(stored.bytes(), stored.at(), false);
                        isStored = stored.next();
                        continue;
                    }
                    if (order < 0) {
                        missing();
                    } else {
                        isStored = compareWith(stored);
                    }
                    step();
                    isReplayed = isAtRow && Rows.day(rows.bytes(), rows.at()) == day;
                }
            }
            panes.finish();
        }

        private void missing() {
            panes.add(rows.bytes(), rows.at(), true);
            repair.put(rows.bytes(), rows.at());
            Reading reading = reading(rows);
            SortedMap<Long, Ledger> ledgers = before.state().ledgers().get(reading.id().thing());
            Ledger ledger = ledgers == null ? null : ledgers.get(reading.id().epoch());
            if (ledger != null && ledger.contains(reading.id().seq())) {
                suspects.add(reading.id());
            } else {
                lost(rows, reading);
            }
        }

        private void lost(RowCursor row, Reading reading) {
            tally.found(difference(Kind.MISSING, reading, ""));
            toHotStore(row, reading);
        }

        /// @return whether there is another row of the table after those that are the same reading
        private boolean compareWith(RowCursor stored) throws IOException {
            Reading reading = reading(rows);
            Optional<String> other = Optional.empty();
            boolean isConflict = false;
            if (!Rows.isSameValues(rows.bytes(), rows.at(), stored.bytes(), stored.at())) {
                other = Optional.of(readings.read(stored.bytes(), stored.at()).measures().toString());
                // what arrived before was there first
                isConflict = Rows.arrivedAtMicros(stored.bytes(), stored.at()) < range.from().toEpochMilli() * MICROS_PER_MILLI;
            }
            RowCursor right = isConflict ? stored : rows;
            panes.add(right.bytes(), right.at(), !isConflict);
            boolean isTwice = false;
            boolean isStored = stored.next();
            while (isStored && Rows.compareReadings(rows.bytes(), rows.at(), stored.bytes(), stored.at()) == 0) {
                isTwice = true;
                isStored = stored.next();
            }
            if (isConflict) {
                tally.found(difference(Kind.CONFLICTING, reading, other.orElseThrow()));
                return isStored;
            }
            if (other.isPresent() || isTwice) {
                tally.found(difference(isTwice ? Kind.DOUBLED : Kind.DIFFERENT, reading, other.orElse("")));
                repair.replace(rows.bytes(), rows.at());
            } else {
                tally.same(Store.TABLE);
            }
            toHotStore(rows, reading);
            return isStored;
        }

        private Reading reading(RowCursor row) {
            return readings.read(row.bytes(), row.at());
        }

        private void toHotStore(RowCursor row, Reading reading) {
            series.ifPresent(store -> store.reading(reading, Rows.arrivedAtMicros(row.bytes(), row.at()) / MICROS_PER_MILLI));
        }

        /// What the ledgers have and the table has not is lost, unless it stands there with another time.
        ///
        /// @return the readings that do
        Identities findElsewhere() throws IOException {
            var conflicting = new Identities();
            if (suspects.isEmpty()) {
                return conflicting;
            }
            Expression inTable = ReadingsTable.ofThings(suspects.firstThing(), suspects.lastThing());
            try (RowCursor stored = new RowMerge(table.open(table.files(inTable), context, ReadingsTable.inThings(suspects.firstThing(), suspects.lastThing())))) {
                while (stored.next()) {
                    if (suspects.contains(stored.bytes(), stored.at())) {
                        conflicting.add(stored.bytes(), stored.at());
                    }
                }
            }
            try (RowCursor missing = repair.rows()) {
                while (missing.next()) {
                    if (!suspects.contains(missing.bytes(), missing.at())) {
                        continue;
                    }
                    if (conflicting.contains(missing.bytes(), missing.at())) {
                        tally.found(difference(Kind.CONFLICTING, reading(missing), "the same identity at another time"));
                    } else {
                        lost(missing, reading(missing));
                    }
                }
            }
            return conflicting;
        }
    }

    /// What is in the table has landed, as long as what landed with it is there.
    private void findWhatHasNotLanded() throws IOException {
        long fromMicros = range.from().toEpochMilli() * MICROS_PER_MILLI;
        long toMicros = range.to().toEpochMilli() * MICROS_PER_MILLI;
        Expression arrived = Expressions.and(Expressions.greaterThanOrEqual("arrived_at", fromMicros), Expressions.lessThan("arrived_at", toMicros));
        Expression wanted = range.thing().map(thing -> Expressions.and(arrived, ReadingsTable.ofThings(thing, thing))).orElse(arrived);
        for (DataFile file : table.files(wanted)) {
            try (HardwoodContext context = HardwoodContext.create(1); RowCursor stored = table.open(List.of(file), context, null).getFirst()) {
                while (stored.next()) {
                    byte[] row = stored.bytes();
                    int at = stored.at();
                    long arrivedAt = Rows.arrivedAtMicros(row, at);
                    if (arrivedAt < fromMicros || arrivedAt >= toMicros || seen.contains(row, at)
                            || (range.thing().isPresent() && !range.thing().get().equals(Rows.thing(row, at)))) {
                        continue;
                    }
                    if (replayed.refused().contains(row, at)) {
                        tally.found(onlyStored(Kind.REFUSED, readings.read(row, at)));
                    } else if (replayed.isHourThere(arrivedAt)) {
                        tally.found(onlyStored(Kind.NOT_LANDED, readings.read(row, at)));
                    } else {
                        tally.withoutLanding();
                    }
                }
            }
        }
    }

    private static Difference onlyStored(Kind kind, Reading reading) {
        return new Difference(Store.TABLE, kind, reading.id().thing(), Instant.ofEpochMilli(reading.takenAtMillis()), name(reading.id()), "",
                reading.measures().toString());
    }
}
