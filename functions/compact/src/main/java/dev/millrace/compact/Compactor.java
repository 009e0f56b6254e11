package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.millrace.pipeline.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.exceptions.CommitFailedException;

/// Takes what has landed of one device type into its table, commit by commit.
///
/// A commit takes whole landing objects, as many as fit into memory. Of what they hold it appends each reading that the
/// table does not have yet: the state's ledgers say which, so nothing of the table is read. Before it commits, it reads
/// back what it has written, and holds it against what it had read: rows in = rows out + duplicates, and the same for the
/// sum of the rows' hashes. The commit itself is one swap of the table's metadata, on condition that no other run was
/// there first, and names the new state. So a crash at any point, or two runs at once, change nothing.
final class Compactor {
    /// Objects that are fetched ahead of the one that is read.
    private static final int FETCHED_AHEAD = 8;

    private final ReadingsTable table;
    private final Landing landing;
    private final Settings settings;
    private final InstantSource clock;

    /// @param bufferBytes    memory for the rows of a commit
    /// @param fileBytes      the size at which a file of the table is ended
    /// @param closedAfter    how long after its end an hour of arrival is closed: what arrives has landed by then, mostly
    /// @param finalAfter     how long after its end no object can come into an hour any more: longer than the stream keeps
    ///                       a record and the archive may take for it
    /// @param commitTakes    a commit is begun only if so much of the run's time is left
    record Settings(long bufferBytes, long fileBytes, Duration closedAfter, Duration finalAfter, Duration commitTakes) {
        Settings {
            if (closedAfter.compareTo(finalAfter) > 0) {
                throw new IllegalArgumentException("an hour is closed after %s, final before that after %s".formatted(closedAfter, finalAfter));
            }
        }
    }

    /// What a run has done.
    ///
    /// @param commits    that it made
    /// @param objects    landing objects consumed
    /// @param in         what they held
    /// @param duplicates of these, rows that the table had already, or that were there more than once
    /// @param unreadable objects that could not be read, and why; they are left where they are
    /// @param isBehind   whether there is more to take, which the run had no time for
    /// @param completeToMillis all that arrived before and has landed is in the table; 0 if the run does not know
    record Outcome(int commits, long objects, Content in, Content duplicates, List<String> unreadable, boolean isBehind, long completeToMillis) {
        static final Outcome NOTHING = new Outcome(0, 0, Content.NONE, Content.NONE, List.of(), false, 0);

        private Outcome plus(Outcome next) {
            return new Outcome(commits + next.commits, objects + next.objects, in.plus(next.in), duplicates.plus(next.duplicates), next.unreadable, next.isBehind,
                    next.completeToMillis);
        }
    }

    Compactor(ReadingsTable table, Landing landing, Settings settings, InstantSource clock) {
        this.table = requireNonNull(table, "table is null");
        this.landing = requireNonNull(landing, "landing is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Takes all that has landed in hours that are closed.
    ///
    /// @param includesOpenHours whether it takes what has landed in open hours too
    /// @throws CommittedElsewhere if another run was there first; what this one had committed before stays
    /// @throws ProofFailed        if what was written is not what was read
    Outcome run(boolean includesOpenHours, Deadline deadline) throws IOException {
        Outcome total = Outcome.NOTHING;
        var buffer = new RowBuffer(settings.bufferBytes);
        while (true) {
            ReadingsTable.Stored before = table.load();
            markLast(before.state());
            Instant now = clock.instant();
            Selection selection = select(before.state(), includesOpenHours, now);
            if (selection.fresh.isEmpty()) {
                return total.plus(new Outcome(0, 0, Content.NONE, Content.NONE, List.of(), false, selection.closed.toEpochMilli()));
            }
            if (deadline.remainingMillis() < settings.commitTakes.toMillis()) {
                return total.plus(new Outcome(0, 0, Content.NONE, Content.NONE, List.of(), true, 0));
            }
            buffer.clear();
            Outcome one = commit(before, selection, buffer, now);
            total = total.plus(one);
            if (one.commits == 0) {
                return total;
            }
        }
    }

    /// A run may have ended between its commit and the marks.
    private void markLast(LakeState state) throws IOException {
        SortedSet<String> keys = state.lastConsumed();
        if (!keys.isEmpty() && !landing.isCompacted(keys.last())) {
            landing.markCompacted(keys);
        }
    }

    /// @param fresh  objects that may be taken, in order of their keys
    /// @param closed start of the first hour that is not closed
    private record Selection(List<Landing.LandingObject> fresh, Instant closed) {
    }

    private Selection select(LakeState state, boolean includesOpenHours, Instant now) throws IOException {
        Instant closed = ArrivalHour.start(now.minus(settings.closedAfter));
        String end = ArrivalHour.prefix(closed);
        List<Landing.LandingObject> fresh = new ArrayList<>();
        for (Landing.LandingObject object : landing.list(state.finalBefore())) {
            if (!state.consumed().contains(object.key()) && (includesOpenHours || object.key().compareTo(end) < 0)) {
                fresh.add(object);
            }
        }
        return new Selection(fresh, closed);
    }

    private Outcome commit(ReadingsTable.Stored before, Selection selection, RowBuffer buffer, Instant now) throws IOException {
        LakeState state = before.state();
        try (HardwoodContext context = HardwoodContext.create(1)) {
            Load load = load(selection.fresh, buffer, context);
            if (load.taken.isEmpty()) {
                return new Outcome(0, 0, Content.NONE, Content.NONE, load.unreadable, false, 0);
            }
            try (TableFiles files = new TableFiles(table, settings.fileBytes)) {
                Content duplicates;
                List<DataFile> written;
                try {
                    duplicates = writeNew(buffer, state, files);
                    written = files.finish();
                    Content out = files.readBack(context);
                    if (!load.in.equals(out.plus(duplicates))) {
                        throw new ProofFailed("table %s: read %s from %d landing objects, wrote %s, left out %s".formatted(
                                table.table().name(), load.in, load.taken.size(), out, duplicates));
                    }
                } catch (IOException | RuntimeException e) {
                    files.delete();
                    throw e;
                }
                advance(state, selection, load, now);
                append(before, state, files, written, load, duplicates);
                landing.markCompacted(state.lastConsumed());
                return new Outcome(1, load.taken.size(), load.in, duplicates, load.unreadable, false, 0);
            }
        }
    }

    /// @param taken      keys of the objects whose rows are in the buffer
    /// @param unreadable what cannot be taken
    private record Load(SortedSet<String> taken, Content in, List<String> unreadable) {
    }

    private Load load(List<Landing.LandingObject> objects, RowBuffer buffer, HardwoodContext context) throws IOException {
        SortedSet<String> taken = new TreeSet<>();
        List<String> unreadable = new ArrayList<>();
        Content in = Content.NONE;
        try (Fetch fetch = new Fetch(objects)) {
            for (Landing.LandingObject object : objects) {
                byte[] bytes = fetch.next();
                RowBuffer.Mark mark = buffer.mark();
                buffer.beginRun();
                var count = new Content.Count();
                boolean fits = true;
                try (var rows = new ParquetRows(object.key(), InputFile.of(ByteBuffer.wrap(bytes)), table.rows(), context)) {
                    while (fits && rows.next()) {
                        fits = buffer.add(rows.bytes(), rows.at());
                        count.add(rows.bytes(), rows.at());
                    }
                } catch (IOException e) {
                    // one bad object must not keep the others out
                    buffer.rollBack(mark);
                    unreadable.add(e.getMessage());
                    continue;
                }
                if (!fits) {
                    buffer.rollBack(mark);
                    if (taken.isEmpty()) {
                        throw new IOException("%s has more rows than fit into %d bytes of memory".formatted(object.key(), settings.bufferBytes));
                    }
                    break;
                }
                in = in.plus(count.content());
                taken.add(object.key());
            }
        }
        return new Load(taken, in, unreadable);
    }

    /// Fetches objects in their order, some ahead.
    private final class Fetch implements AutoCloseable {
        private final Iterator<Landing.LandingObject> rest;
        private final Deque<Future<byte[]>> underWay = new ArrayDeque<>();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        Fetch(List<Landing.LandingObject> objects) {
            rest = objects.iterator();
        }

        byte[] next() throws IOException {
            while (rest.hasNext() && underWay.size() <= FETCHED_AHEAD) {
                String key = rest.next().key();
                underWay.add(threads.submit(() -> landing.read(key)));
            }
            try {
                return underWay.remove().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    /// Writes the rows that the table has not, and enters them into the state.
    ///
    /// @return the others
    private Content writeNew(RowBuffer buffer, LakeState state, TableFiles files) throws IOException {
        var duplicates = new Content.Count();
        var admission = new Admission(state, table.rows().type());
        try (RowCursor row = buffer.merged()) {
            while (row.next()) {
                if (admission.admit(row.bytes(), row.at())) {
                    files.write(row);
                } else {
                    duplicates.add(row.bytes(), row.at());
                }
            }
        }
        return duplicates.content();
    }

    private void advance(LakeState state, Selection selection, Load load, Instant now) {
        state.setGeneration(state.generation() + 1);
        state.consumed().addAll(load.taken);
        state.lastConsumed().clear();
        state.lastConsumed().addAll(load.taken);
        Instant complete = selection.closed;
        Instant last = ArrivalHour.start(now.minus(settings.finalAfter));
        for (Landing.LandingObject object : selection.fresh) {
            if (!load.taken.contains(object.key())) {
                Instant hour = ArrivalHour.of(object.key());
                complete = hour.isBefore(complete) ? hour : complete;
                last = hour.isBefore(last) ? hour : last;
                break;
            }
        }
        state.setCompleteToMillis(Math.max(state.completeToMillis(), complete.toEpochMilli()));
        String finalBefore = ArrivalHour.prefix(last);
        if (finalBefore.compareTo(state.finalBefore()) > 0) {
            state.setFinalBefore(finalBefore);
        }
    }

    private void append(ReadingsTable.Stored before, LakeState state, TableFiles files, List<DataFile> written, Load load, Content duplicates) throws IOException {
        String stateFile;
        try {
            stateFile = table.write(state);
        } catch (IOException | RuntimeException e) {
            files.delete();
            throw e;
        }
        try {
            table.commit(before.file(), stateFile, transaction -> {
                AppendFiles append = transaction.newAppend();
                written.forEach(append::appendFile);
                append.set(ReadingsTable.STATE, stateFile)
                        .set("millrace.landing-objects", Integer.toString(load.taken.size()))
                        .set("millrace.rows-in", Long.toString(load.in.rows()))
                        .set("millrace.duplicates", Long.toString(duplicates.rows()))
                        .set("millrace.content-hash-in", "%016x".formatted(load.in.hash()))
                        .set("millrace.content-hash-duplicates", "%016x".formatted(duplicates.hash()))
                        .commit();
            });
        } catch (CommittedElsewhere | CommitFailedException e) {
            // these are certain; after any other failure the commit may have come through, and housekeeping decides
            files.delete();
            table.io().deleteFile(stateFile);
            throw e;
        }
    }
}
