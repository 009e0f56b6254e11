package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Rollup;
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
        try (HardwoodContext context = HardwoodContext.create(1); RowCursor rows = table.ofDay(day, first, last, context)) {
            var walk = new PaneWalk(table.rows(), (thing, pane, _) -> batch.add(thing, pane));
            Ledger wanted = null;
            byte[] name = new byte[0];
            while (rows.next()) {
                if (!Rows.isOf(rows.bytes(), rows.at(), name)) {
                    String thing = Rows.thing(rows.bytes(), rows.at());
                    name = thing.getBytes(StandardCharsets.UTF_8);
                    wanted = panes.get(thing);
                }
                if (wanted != null && wanted.contains(LakeState.paneNumber(Rows.takenAtMicros(rows.bytes(), rows.at()) / MICROS_PER_MILLI, paneMillis))) {
                    walk.add(rows.bytes(), rows.at(), true);
                }
            }
            walk.finish();
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

        void add(String thing, Pane pane) {
            rollups.add(Rollup.corrected(thing, type, pane, generation));
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
