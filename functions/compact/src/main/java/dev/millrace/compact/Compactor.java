package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.millrace.pipeline.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
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
    }

    Compactor(ReadingsTable table, Landing landing, Settings settings, InstantSource clock) {
        this.table = requireNonNull(table, "table is null");
        this.landing = requireNonNull(landing, "landing is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Takes all that has landed in hours that are closed, and more if it is asked to. What lands during the run is for the next.
    ///
    /// @throws CommittedElsewhere if another run was there first; what this one had committed before stays
    /// @throws ProofFailed        if what was written is not what was read
    Outcome run(Request.Compact which, Deadline deadline) throws IOException {
        var buffer = new RowBuffer(settings.bufferBytes);
        ReadingsTable.Stored before = table.load();
        markLast(before.state());
        Instant now = clock.instant();
        var work = new Work(before.state(), which, now);
        while (!work.ready.isEmpty()) {
            if (deadline.remainingMillis() < settings.commitTakes.toMillis()) {
                return work.outcome();
            }
            buffer.clear();
            before = commit(before, work, buffer, now);
        }
        return work.outcome();
    }

    /// A run may have ended between its commit and the marks.
    private void markLast(LakeState state) throws IOException {
        SortedSet<String> keys = state.lastConsumed();
        if (!keys.isEmpty() && !landing.isCompacted(keys.last())) {
            landing.markCompacted(keys);
        }
    }

    /// What a run has to take, and what it has done.
    private final class Work {
        /// Objects to take, in order of their keys.
        private final Deque<Landing.LandingObject> ready = new ArrayDeque<>();
        /// Start of the first hour that is not closed.
        private final Instant closed;
        /// Start of the hour of the first object that could not be read.
        private Instant stuck = Instant.MAX;
        private final List<String> unreadable = new ArrayList<>();
        private int commits;
        private long objects;
        private Content in = Content.NONE;
        private Content duplicates = Content.NONE;

        Work(LakeState state, Request.Compact which, Instant now) throws IOException {
            closed = ArrivalHour.start(now.minus(settings.closedAfter));
            String openFrom = ArrivalHour.prefix(closed);
            for (Landing.LandingObject object : landing.list(which.includesFinalHours() ? "" : state.finalBefore())) {
                String key = object.key();
                if (ArrivalHour.of(key).isEmpty()) {
                    unreadable.add("%s is under no hour of arrival, expected %s".formatted(key, ArrivalHour.EXPECTED));
                } else if (isFresh(key, state) && (which.includesOpenHours() || key.compareTo(openFrom) < 0)) {
                    ready.add(object);
                }
            }
        }

        /// The state has forgotten which objects of final hours it had consumed; their marks tell.
        private boolean isFresh(String key, LakeState state) throws IOException {
            return !state.consumed().contains(key) && (key.compareTo(state.finalBefore()) >= 0 || !landing.isCompacted(key));
        }

        void cannotRead(String key, String why) {
            unreadable.add(why);
            Instant hour = ArrivalHour.of(key).orElseThrow();
            stuck = hour.isBefore(stuck) ? hour : stuck;
        }

        /// Start of the first hour of which there is something to take; of the far future if there is none.
        Instant firstLeft() {
            Instant first = ready.isEmpty() ? Instant.MAX : ArrivalHour.of(ready.getFirst().key()).orElseThrow();
            return first.isBefore(stuck) ? first : stuck;
        }

        Outcome outcome() {
            boolean isAllTaken = ready.isEmpty() && unreadable.isEmpty();
            return new Outcome(commits, objects, in, duplicates, List.copyOf(unreadable), !ready.isEmpty(), isAllTaken ? closed.toEpochMilli() : 0);
        }
    }

    /// Takes as much as fits into memory.
    ///
    /// @return the table's state after it
    private ReadingsTable.Stored commit(ReadingsTable.Stored before, Work work, RowBuffer buffer, Instant now) throws IOException {
        LakeState state = before.state();
        try (HardwoodContext context = HardwoodContext.create(1)) {
            Load load = load(work, buffer, context);
            if (load.taken.isEmpty()) {
                return before;
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
                advance(state, work, load, now);
                String stateFile = append(before, state, files, written, load, duplicates);
                work.commits++;
                work.objects += load.taken.size();
                work.in = work.in.plus(load.in);
                work.duplicates = work.duplicates.plus(duplicates);
                landing.markCompacted(state.lastConsumed());
                return new ReadingsTable.Stored(state, stateFile);
            }
        }
    }

    /// @param taken keys of the objects whose rows are in the buffer
    private record Load(SortedSet<String> taken, Content in) {
    }

    private Load load(Work work, RowBuffer buffer, HardwoodContext context) throws IOException {
        SortedSet<String> taken = new TreeSet<>();
        Content in = Content.NONE;
        try (var fetch = new LandingFetch(landing, List.copyOf(work.ready))) {
            while (!work.ready.isEmpty()) {
                String key = work.ready.getFirst().key();
                byte[] bytes = fetch.next();
                RowBuffer.Mark mark = buffer.mark();
                buffer.beginRun();
                var count = new Content.Count();
                boolean fits = true;
                try (var rows = new ParquetRows(key, InputFile.of(ByteBuffer.wrap(bytes)), table.rows(), context)) {
                    while (fits && rows.next()) {
                        fits = buffer.add(rows.bytes(), rows.at());
                        count.add(rows.bytes(), rows.at());
                    }
                } catch (IOException e) {
                    // one bad object must not keep the others out
                    buffer.rollBack(mark);
                    work.cannotRead(key, e.getMessage());
                    work.ready.removeFirst();
                    continue;
                }
                if (!fits) {
                    buffer.rollBack(mark);
                    if (taken.isEmpty()) {
                        throw new IOException("%s has more rows than fit into %d bytes of memory".formatted(key, settings.bufferBytes));
                    }
                    break;
                }
                in = in.plus(count.content());
                taken.add(key);
                work.ready.removeFirst();
            }
        }
        return new Load(taken, in);
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

    private void advance(LakeState state, Work work, Load load, Instant now) {
        state.setGeneration(state.generation() + 1);
        state.consumed().addAll(load.taken);
        state.lastConsumed().clear();
        state.lastConsumed().addAll(load.taken);
        Instant left = work.firstLeft();
        Instant complete = left.isBefore(work.closed) ? left : work.closed;
        Instant last = ArrivalHour.start(now.minus(settings.finalAfter));
        state.setCompleteToMillis(Math.max(state.completeToMillis(), complete.toEpochMilli()));
        String finalBefore = ArrivalHour.prefix(left.isBefore(last) ? left : last);
        if (finalBefore.compareTo(state.finalBefore()) > 0) {
            state.setFinalBefore(finalBefore);
        }
    }

    /// @return the file of the state
    private String append(ReadingsTable.Stored before, LakeState state, TableFiles files, List<DataFile> written, Load load, Content duplicates) throws IOException {
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
            return stateFile;
        } catch (CommittedElsewhere | CommitFailedException e) {
            // these are certain; after any other failure the commit may have come through, and housekeeping decides
            files.delete();
            table.io().deleteFile(stateFile);
            throw e;
        }
    }
}
