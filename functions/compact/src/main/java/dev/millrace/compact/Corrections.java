package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.hardwood.reader.FilterPredicate;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.RunningPane;
import dev.millrace.pipeline.TimeSeries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/// Computes panes again from the table, and writes them to the hot store over what stands there.
///
/// A pane's turn comes when all of it is in the table: when it, and its type's lateness after it, lie before the instant to
/// which the table is complete. What comes after that is late by its arrival and puts the pane on the list again, see
/// [Admission]. The version of a correction is above every version of the hot path, and above that of every correction from
/// an older state of the table; so it does not matter which of two runs is the last to write.
final class Corrections {
    private static final long MICROS_PER_MILLI = 1_000;
    private static final int ROLLUPS_AT_ONCE = 2_000;
    /// Before a day is begun.
    private static final Duration DAY_TAKES = Duration.ofMinutes(3);

    private final ReadingsTable table;
    private final TimeSeries hotStore;
    private final DeviceType type;
    private final long paneMillis;

    /// What a run has done.
    ///
    /// @param panes   that were computed and written
    /// @param waiting panes that are on the list still
    /// @param problem of the hot store, empty if there was none
    record Outcome(long panes, long waiting, String problem) {
        static final Outcome NOTHING = new Outcome(0, 0, "");
    }

    Corrections(ReadingsTable table, TimeSeries hotStore) {
        this.table = requireNonNull(table, "table is null");
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
        this.type = table.rows().type();
        this.paneMillis = type.pane().toMillis();
    }

    /// Corrects what is due, day by day, and commits which panes are done.
    ///
    /// @param completeToMillis to which instant the table is known to be complete, if later than its state says: when nothing
    ///                         lands any more, no commit moves the state's on
    /// @throws CommittedElsewhere if another run was there first: it has the same panes on its list
    Outcome run(long completeToMillis, Deadline deadline) throws IOException {
        ReadingsTable.Stored before = table.load();
        LakeState state = before.state();
        // what lands in an hour before this from now on has landed late, and lists its panes again
        state.setCompleteToMillis(Math.max(state.completeToMillis(), completeToMillis));
        SortedMap<Long, Map<String, Ledger>> due = dueByDay(state);
        if (due.isEmpty()) {
            return new Outcome(0, count(state), "");
        }
        Batch batch = new Batch(state.generation());
        for (Map.Entry<Long, Map<String, Ledger>> day : due.entrySet()) {
            if (deadline.remainingMillis() < DAY_TAKES.toMillis()) {
                break;
            }
            correct(day.getKey(), day.getValue(), batch);
            batch.flush();
            day.getValue().forEach((thing, panes) -> batch.done.computeIfAbsent(thing, _ -> new ArrayList<>()).add(panes));
        }
        if (batch.done.isEmpty()) {
            return new Outcome(0, count(state), batch.problem());
        }
        commit(before, batch);
        return new Outcome(batch.written, count(state), batch.problem());
    }

    /// Empties the list without computing anything: without a hot store it would only grow.
    ///
    /// @throws CommittedElsewhere if another run was there first
    void forget() throws IOException {
        ReadingsTable.Stored before = table.load();
        if (!before.state().panes().isEmpty()) {
            before.state().panes().clear();
            commit(before, new Batch(before.state().generation()));
        }
    }

    private static long count(LakeState state) {
        return state.panes().values().stream().mapToLong(Ledger::taken).sum();
    }

    /// By day since 1970, then by thing: the numbers of panes, and 1.
    private SortedMap<Long, Map<String, Ledger>> dueByDay(LakeState state) {
        long panesADay = Duration.ofDays(1).toMillis() / paneMillis;
        long last = (state.completeToMillis() - type.allowedLateness().toMillis()) / paneMillis - 1;
        SortedMap<Long, Map<String, Ledger>> due = new TreeMap<>();
        state.panes().forEach((thing, panes) -> {
            for (Ledger.Interval interval : panes.intervals()) {
                for (long number = interval.first(); number <= interval.last() && number - 1 <= last; number++) {
                    due.computeIfAbsent((number - 1) / panesADay, _ -> new TreeMap<>()).computeIfAbsent(thing, _ -> LakeState.emptyLedger()).add(number);
                }
            }
        });
        return due;
    }

    private void correct(long day, Map<String, Ledger> panes, Batch batch) throws IOException {
        List<String> things = panes.keySet().stream().sorted().toList();
        String first = things.getFirst();
        String last = things.getLast();
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor rows = new RowMerge(open(day, first, last, context))) {
            var open = new Open(batch);
            while (rows.next()) {
                open.add(rows.bytes(), rows.at(), panes);
            }
            open.finish();
        }
    }

    private List<RowCursor> open(long day, String first, String last, HardwoodContext context) throws IOException {
        List<RowCursor> cursors = new ArrayList<>();
        FilterPredicate inThings = FilterPredicate.and(FilterPredicate.gtEq("thing", first), FilterPredicate.ltEq("thing", last));
        long fromMicros = day * Rows.MICROS_A_DAY;
        try (CloseableIterable<FileScanTask> tasks = table.table().newScan().filter(Expressions.and(
                Expressions.and(Expressions.greaterThanOrEqual("taken_at", fromMicros), Expressions.lessThan("taken_at", fromMicros + Rows.MICROS_A_DAY)),
                Expressions.and(Expressions.greaterThanOrEqual("thing", first), Expressions.lessThanOrEqual("thing", last)))).planFiles()) {
            for (FileScanTask task : tasks) {
                if (!task.deletes().isEmpty()) {
                    throw new IOException("%s has rows that were deleted by another engine: its panes cannot be computed from it".formatted(task.file().location()));
                }
                cursors.add(new ParquetRows(task.file().location(), new FileIoInput(table.io(), task.file().location(), task.file().fileSizeInBytes()),
                        table.rows(), context, inThings));
            }
            return cursors;
        } catch (IOException | RuntimeException e) {
            for (RowCursor cursor : cursors) {
                cursor.close();
            }
            throw e;
        }
    }

    /// The pane that rows are added to.
    private final class Open implements Rows.ValueVisitor {
        private final Batch batch;
        private byte[] thing = new byte[0];
        private String thingName = "";
        private Ledger wanted;
        private RunningPane pane;
        private SortedMap<String, Double> measures = new TreeMap<>();

        Open(Batch batch) {
            this.batch = batch;
        }

        void add(byte[] row, int at, Map<String, Ledger> panes) {
            if (!Rows.isOf(row, at, thing)) {
                finish();
                thingName = Rows.thing(row, at);
                thing = thingName.getBytes(StandardCharsets.UTF_8);
                wanted = panes.get(thingName);
            }
            long takenAtMillis = Rows.takenAtMicros(row, at) / MICROS_PER_MILLI;
            if (wanted == null || !wanted.contains(takenAtMillis / paneMillis + 1)) {
                return;
            }
            if (pane == null || takenAtMillis >= pane.key().endMillis()) {
                finish();
                pane = RunningPane.around(type, takenAtMillis);
            }
            measures = new TreeMap<>();
            table.rows().values(row, at, this);
            pane.add(new Reading(new ReadingId(thingName, Rows.epoch(row, at), Rows.seq(row, at)), takenAtMillis, measures));
        }

        void finish() {
            if (pane != null) {
                batch.add(thingName, pane);
                pane = null;
            }
        }

        @Override
        public void measure(int index, double value) {
            measures.put(type.measures().get(index).name(), value);
        }

        @Override
        public void other(byte[] bytes, int nameAt, int nameLength, double value) {
            measures.put(new String(bytes, nameAt, nameLength, StandardCharsets.UTF_8), value);
        }
    }

    /// Rollups on their way to the hot store, and what became of them.
    private final class Batch {
        private final long generation;
        private final List<Rollup> rollups = new ArrayList<>();
        private final Map<String, List<Ledger>> done = new HashMap<>();
        private final Map<String, String> unsettled = new TreeMap<>();
        private long written;

        Batch(long generation) {
            this.generation = generation;
        }

        void add(String thing, RunningPane pane) {
            rollups.add(Rollup.corrected(thing, type, pane.result(), generation));
            if (rollups.size() == ROLLUPS_AT_ONCE) {
                flush();
            }
        }

        void flush() {
            if (!rollups.isEmpty()) {
                unsettled.putAll(hotStore.store(List.of(), rollups).unsettled());
                written += rollups.size();
                rollups.clear();
            }
        }

        String problem() {
            return unsettled.isEmpty() ? "" : "%d things: %s".formatted(unsettled.size(), unsettled.values().iterator().next());
        }
    }

    private void commit(ReadingsTable.Stored before, Batch batch) throws IOException {
        LakeState state = before.state();
        batch.done.forEach((thing, corrected) -> {
            // what the hot store did not take comes again in the next run, as a whole
            if (!batch.unsettled.containsKey(thing)) {
                Ledger left = LakeState.without(state.panes().get(thing), corrected);
                if (left.taken() == 0) {
                    state.panes().remove(thing);
                } else {
                    state.panes().put(thing, left);
                }
            }
        });
        state.setGeneration(state.generation() + 1);
        String stateFile = table.write(state);
        table.commit(before.file(), stateFile, transaction -> transaction.newAppend()
                .set(ReadingsTable.STATE, stateFile)
                .set("millrace.panes-corrected", Long.toString(batch.written))
                .commit());
    }
}
