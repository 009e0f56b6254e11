package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.millrace.pipeline.Ledger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;

/// Puts rows into the table that it lacks, and others in place of those that are wrong, in one commit. Files with a wrong
/// row are written anew without it. What is written is proved as compaction does: rows kept + rows put in = rows out, and
/// the sums of their hashes likewise.
final class TableRepair {
    private final ReadingsTable table;
    private final long fileBytes;
    /// Rows to put in, in order.
    private final RowBuffer rows;
    private final Identities wrong = new Identities();
    private final SortedSet<Integer> wrongDays = new TreeSet<>();
    private long count;

    /// @param bufferBytes memory for the rows of a commit
    /// @param fileBytes   the size at which a file of the table is ended
    TableRepair(ReadingsTable table, long bufferBytes, long fileBytes) {
        this.table = requireNonNull(table, "table is null");
        this.rows = new RowBuffer(bufferBytes);
        this.fileBytes = fileBytes;
    }

    /// The table lacks it.
    ///
    /// @throws IllegalStateException if there is no room for it
    void put(byte[] row, int at) {
        if (!rows.add(row, at)) {
            throw new IllegalStateException("more rows to mend than fit into memory");
        }
        count++;
    }

    /// The table has something else in its place, or has it twice.
    void replace(byte[] row, int at) {
        put(row, at);
        wrong.add(row, at);
        wrongDays.add(Rows.day(row, at));
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// The rows to put in.
    RowCursor rows() {
        return rows.merged();
    }

    /// Commits.
    ///
    /// @param before of the table, as it was when the rows were compared with it
    /// @param leftOut rows that are not to be put in after all
    /// @param panes   to be computed from the table
    /// @return how many rows were put in
    /// @throws CommittedElsewhere if another run was there first
    /// @throws ProofFailed        if what was written is not what should have been
    long commit(ReadingsTable.Stored before, Identities leftOut, SortedMap<String, Ledger> panes) throws IOException {
        LakeState state = before.state();
        panes.forEach((thing, some) -> some.intervals().forEach(interval -> {
            for (long number = interval.first(); number <= interval.last(); number++) {
                state.panes().computeIfAbsent(thing, _ -> LakeState.emptyLedger()).add(number);
            }
        }));
        state.setGeneration(state.generation() + 1);
        Snapshot snapshot = table.table().currentSnapshot();
        try (HardwoodContext context = HardwoodContext.create(1); TableFiles files = new TableFiles(table, fileBytes)) {
            List<DataFile> old = wrongDays.isEmpty() ? List.of() : wrongFiles();
            var put = new Content.Count();
            List<DataFile> written;
            String stateFile;
            try {
                Content kept = write(old, leftOut, state, files, put, context);
                written = files.finish();
                Content out = files.readBack(context);
                if (!out.equals(kept.plus(put.content()))) {
                    throw new ProofFailed("table %s: kept %s, put in %s, wrote %s".formatted(table.table().name(), kept, put.content(), out));
                }
                stateFile = table.write(state);
            } catch (IOException | RuntimeException e) {
                files.delete();
                throw e;
            }
            commit(before, stateFile, old, written, files, snapshot, put.content());
            return put.content().rows();
        }
    }

    private List<DataFile> wrongFiles() throws IOException {
        Map<String, DataFile> files = new LinkedHashMap<>();
        for (int day : wrongDays) {
            for (DataFile file : table.files(day, wrong.firstThing(), wrong.lastThing())) {
                files.put(file.location(), file);
            }
        }
        return List.copyOf(files.values());
    }

    /// @return what was kept of the old files
    private Content write(List<DataFile> old, Identities leftOut, LakeState state, TableFiles files, Content.Count put, HardwoodContext context) throws IOException {
        var kept = new Content.Count();
        List<RowCursor> cursors = new ArrayList<>(table.open(old, context, null).stream().map(cursor -> (RowCursor) new Without(cursor, wrong, kept)).toList());
        cursors.add(new Entering(new Without(rows.merged(), leftOut, put), state));
        try (RowCursor all = new RowMerge(cursors)) {
            while (all.next()) {
                files.write(all);
            }
        }
        return kept.content();
    }

    private void commit(ReadingsTable.Stored before, String stateFile, List<DataFile> old, List<DataFile> written, TableFiles files, Snapshot snapshot, Content put) {
        try {
            table.commit(before.file(), stateFile, transaction -> {
                OverwriteFiles overwrite = transaction.newOverwrite();
                if (snapshot != null) {
                    overwrite.validateFromSnapshot(snapshot.snapshotId());
                }
                old.forEach(overwrite::deleteFile);
                written.forEach(overwrite::addFile);
                // compaction may have merged the old files meanwhile
                overwrite.validateNoConflictingDeletes();
                overwrite.set(ReadingsTable.STATE, stateFile)
                        .set("millrace.replayed-rows", Long.toString(put.rows()))
                        .set("millrace.content-hash-replayed", "%016x".formatted(put.hash()))
                        .commit();
            });
        } catch (CommitFailedException | ValidationException e) {
            files.delete();
            table.io().deleteFile(stateFile);
            throw e;
        }
    }

    /// Looks at rows as they pass.
    private abstract static class PassingRows implements RowCursor {
        final RowCursor rows;

        PassingRows(RowCursor rows) {
            this.rows = rows;
        }

        @Override
        public byte[] bytes() {
            return rows.bytes();
        }

        @Override
        public int at() {
            return rows.at();
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    /// The rows that are not in a set.
    private static final class Without extends PassingRows {
        private final Identities without;
        private final Content.Count passed;

        Without(RowCursor rows, Identities without, Content.Count passed) {
            super(rows);
            this.without = without;
            this.passed = passed;
        }

        @Override
        public boolean next() throws IOException {
            while (rows.next()) {
                if (!without.contains(rows.bytes(), rows.at())) {
                    passed.add(rows.bytes(), rows.at());
                    return true;
                }
            }
            return false;
        }
    }

    /// Enters rows into the state as they pass.
    private static final class Entering extends PassingRows {
        private final LakeState state;

        Entering(RowCursor rows, LakeState state) {
            super(rows);
            this.state = state;
        }

        @Override
        public boolean next() throws IOException {
            if (!rows.next()) {
                return false;
            }
            state.ledgersOf(Rows.thing(bytes(), at())).computeIfAbsent(Rows.epoch(bytes(), at()), _ -> LakeState.emptyLedger()).add(Rows.seq(bytes(), at()));
            return true;
        }
    }
}
