package dev.millrace.agent;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Names;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The readings of one device on disk, from before they are sent until the cloud has them; and the only place
/// that gives identities. A folder with append-only segment files; each start begins a new one, and a segment goes
/// when it and all before it are acknowledged. An acknowledgement that did not reach the disk costs a resending, no
/// more. Linux and macOS: there the folder itself can be forced to disk.
///
/// After a failed write nothing is known about the file's end, so the journal refuses all further work; opening it
/// anew sorts it out. Not for more than one thread at a time.
final class Journal implements AutoCloseable {
    private final Path folder;
    private final String thing;
    private final SyncPolicy sync;
    private final int segmentBytesMax;
    private final AgentClock clock;
    private final FileChannel lockFile;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final List<Reading> recovered = new ArrayList<>();
    private final Recovery recovery;
    private FileChannel channel;
    private long bytesWritten;
    private long nextSeq;
    private boolean isDirty;
    private long dirtySinceNanos;
    private IOException failure;

    private Journal(Path folder, String thing, AgentSettings settings, AgentClock clock, RandomGenerator random, FileChannel lockFile)
            throws IOException {
        this.folder = folder;
        this.thing = thing;
        this.sync = settings.sync();
        this.segmentBytesMax = settings.segmentBytesMax();
        this.clock = clock;
        this.lockFile = lockFile;
        List<SegmentScan> scans = scan();
        var history = new History(scans);
        for (SegmentScan scan : scans) {
            var segment = new Segment(scan.number(), scan.file());
            for (Reading reading : history.unacknowledged(scan)) {
                segment.unacknowledged().add(reading.id());
                recovered.add(reading);
            }
            segments.add(segment);
        }
        History.Continuation next = history.continuation();
        long epoch = next.start() == Recovery.EpochStart.CONTINUED ? next.epoch() : Epochs.next(clock, random, history.epochs());
        this.recovery = new Recovery(epoch, next.start(), recovered.size(), history.damages(), history.lost());
        this.nextSeq = next.nextSeq();
        beginSegment();
        deleteAcknowledged();
    }

    /// @throws IOException if another agent holds the journal, if it is another thing's, or if the disk fails
    static Journal open(Path folder, String thing, AgentSettings settings, AgentClock clock, RandomGenerator random) throws IOException {
        Names.requireThing(thing);
        requireNonNull(settings, "settings is null");
        requireNonNull(clock, "clock is null");
        requireNonNull(random, "random is null");
        Files.createDirectories(folder);
        FileChannel lockFile = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            requireLock(lockFile, folder);
            return new Journal(folder, thing, settings, clock, random, lockFile);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    /// The lock is the channel's: closing the channel, or the end of the process, releases it.
    private static void requireLock(FileChannel lockFile, Path folder) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new IOException("journal %s is in use by another process: one agent a journal".formatted(folder));
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("journal %s is in use by another agent of this process: one agent a journal".formatted(folder), e);
        }
    }

    /// Reads all segments and takes away what an interrupted write left behind.
    private List<SegmentScan> scan() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file -> Segment.numberOf(file) >= 0).sorted(Comparator.comparingLong(Segment::numberOf)).toList();
        }
        List<SegmentScan> scans = new ArrayList<>();
        for (Path file : files) {
            SegmentScan scan = SegmentScan.read(Segment.numberOf(file), file, thing);
            if (scan.opened().isPresent() && !scan.opened().get().thing().equals(thing)) {
                throw new IOException("journal %s is of thing %s, expected %s".formatted(folder, scan.opened().get().thing(), thing));
            }
            if (scan.end() == SegmentScan.End.CUT_OFF) {
                try (FileChannel torn = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    torn.truncate(scan.endAt()).force(true);
                }
            }
            // Nothing was ever written behind the head of a segment whose head is not whole.
            if (scan.entries().isEmpty() && scan.end() != SegmentScan.End.DAMAGED) {
                Files.delete(file);
            } else {
                scans.add(scan);
            }
        }
        return scans;
    }

    Recovery recovery() {
        return recovery;
    }

    /// The readings from before this start that the cloud does not have, oldest first.
    List<Reading> recovered() {
        return List.copyOf(recovered);
    }

    /// Names a reading and writes it down; under [SyncPolicy.EachAppend] it is on disk on return. After an exception
    /// from the disk the reading may or may not be there at the next start, but nobody else ever gets its identity.
    Reading append(long takenAtMillis, Map<String, Double> measures) {
        requireWorking();
        var reading = new Reading(new ReadingId(thing, recovery.epoch(), nextSeq), takenAtMillis, new TreeMap<>(measures));
        ByteBuffer frame = EntryFormat.frame(new Entry.Taken(reading));
        try {
            if (bytesWritten >= segmentBytesMax) {
                channel.force(true);
                channel.close();
                beginSegment();
                deleteAcknowledged();
            }
            write(frame);
            if (sync instanceof SyncPolicy.EachAppend) {
                channel.force(false);
                isDirty = false;
            }
        } catch (IOException e) {
            throw failed(e);
        }
        nextSeq++;
        segments.getLast().unacknowledged().add(reading.id());
        return reading;
    }

    /// Forgets readings of one epoch that the cloud has.
    void acknowledge(Collection<Reading> readings) {
        requireWorking();
        SortedSet<Long> seqs = new TreeSet<>();
        readings.forEach(reading -> seqs.add(reading.id().seq()));
        long epoch = readings.iterator().next().id().epoch();
        try {
            write(EntryFormat.frame(new Entry.Acknowledged(epoch, SeqRange.covering(seqs))));
            for (Segment segment : segments) {
                readings.forEach(reading -> segment.unacknowledged().remove(reading.id()));
            }
            deleteAcknowledged();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// Forces to disk what has waited for the interval.
    void syncIfDue() {
        requireWorking();
        if (isDirty && sync instanceof SyncPolicy.ByInterval(var interval) && clock.nanoTime() - dirtySinceNanos >= interval.toNanos()) {
            try {
                channel.force(false);
                isDirty = false;
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /// Forces everything to disk and marks the journal as well ended.
    @Override
    public void close() {
        try (lockFile; FileChannel last = channel) {
            if (failure == null && last.isOpen()) {
                write(EntryFormat.frame(new Entry.Closed()));
                last.force(true);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void beginSegment() throws IOException {
        long number = segments.isEmpty() ? 1 : segments.getLast().number() + 1;
        Path file = Segment.file(folder, number);
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        bytesWritten = 0;
        boolean syncEachAppend = sync instanceof SyncPolicy.EachAppend;
        write(EntryFormat.frame(new Entry.Opened(thing, recovery.epoch(), nextSeq, syncEachAppend)));
        channel.force(true);
        isDirty = false;
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        segments.add(new Segment(number, file));
    }

    /// Only from the oldest on: an acknowledgement may stand in a younger segment than its reading.
    private void deleteAcknowledged() throws IOException {
        while (segments.size() > 1 && segments.getFirst().unacknowledged().isEmpty()) {
            Files.delete(segments.removeFirst().file());
        }
    }

    private void write(ByteBuffer frame) throws IOException {
        bytesWritten += frame.remaining();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
        if (!isDirty) {
            isDirty = true;
            dirtySinceNanos = clock.nanoTime();
        }
    }

    private void requireWorking() {
        if (failure != null) {
            throw new UncheckedIOException("journal %s failed before and has to be opened anew".formatted(folder), failure);
        }
        if (!channel.isOpen()) {
            throw new IllegalStateException("journal %s is closed".formatted(folder));
        }
    }

    private UncheckedIOException failed(IOException e) {
        failure = e;
        return new UncheckedIOException("journal %s: %s".formatted(folder, e.getMessage()), e);
    }
}
