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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The readings of one device on disk, from before they are sent until the cloud has them and a while longer; and
/// the only place that gives identities. A folder with append-only segment files; each start begins a new one. In
/// memory it keeps ranges of seqs, never readings: they are [read][#read] back when it is their turn.
///
/// The head of each segment repeats what became of older readings, so any segment may go once its own are
/// settled. An acknowledgement that did not reach the disk costs a resending, no more. Linux and macOS: there
/// the folder itself can be forced to disk.
///
/// After a failed write nothing is known about the file's end, so the journal refuses all further work; opening it
/// anew sorts it out. Not for more than one thread at a time.
final class Journal implements AutoCloseable {
    private static final int RECOVERED_AT_ONCE = 1_000;

    private final Path folder;
    private final String thing;
    private final JournalSettings settings;
    private final AgentClock clock;
    private final FileChannel lockFile;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final Fates fates = new Fates();
    private final Recovery recovery;
    /// Of the segments of this start.
    private final long firstNumber;
    private FileChannel channel;
    private long nextSeq;
    private long bytes;
    private long pending;
    private long givenUp;
    private boolean isDirty;
    private long dirtySinceNanos;
    private int dirtyReadings;
    private IOException failure;

    /// What was read back.
    ///
    /// @param readings   in the order of taking
    /// @param unreadable by epoch the wanted seqs that were written once and cannot be read any more
    /// @param isAtEnd    whether there is nothing more to read for now
    record ReadBack(List<Reading> readings, SortedMap<Long, List<SeqRange>> unreadable, boolean isAtEnd) {
    }

    private Journal(Path folder, String thing, JournalSettings settings, AgentClock clock, RandomGenerator random, FileChannel lockFile)
            throws IOException {
        this.folder = folder;
        this.thing = thing;
        this.settings = settings;
        this.clock = clock;
        this.lockFile = lockFile;
        List<SegmentScan> scans = scan();
        var history = new History(scans, fates);
        History.Continuation next = history.continuation();
        long epoch = next.start() == Recovery.EpochStart.CONTINUED ? next.epoch() : Epochs.next(clock, random, history.epochs());
        for (SegmentScan scan : scans) {
            var segment = Segment.of(scan, fates.settled(scan.epoch()));
            segments.put(segment.number, segment);
            bytes += segment.bytes;
            pending += segment.pending;
        }
        SortedMap<Long, List<SeqRange>> lost = history.lost();
        this.recovery = new Recovery(epoch, next.start(), pending, history.damages(), lost, history.unsureFrom());
        this.nextSeq = next.nextSeq();
        lost.forEach((of, ranges) -> fates.apply(new Entry.Lost(of, ranges)));
        fates.settledEpochs().forEach(this::forgetOld);
        beginSegment();
        this.firstNumber = segments.lastKey();
        tidy();
    }

    /// @throws IOException if another agent holds the journal, if it is another thing's, or if the disk fails
    static Journal open(Path folder, String thing, JournalSettings settings, AgentClock clock, RandomGenerator random) throws IOException {
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
            SegmentScan scan = SegmentScan.read(Segment.numberOf(file), file, thing, fates);
            if (scan.opened().isPresent() && !scan.opened().get().thing().equals(thing)) {
                throw new IOException("journal %s is of thing %s, expected %s".formatted(folder, scan.opened().get().thing(), thing));
            }
            if (scan.end() == SegmentScan.End.CUT_OFF) {
                try (FileChannel torn = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    torn.truncate(scan.endAt()).force(true);
                }
            }
            // Nothing was ever written behind the head of a segment whose head is not whole.
            if (!scan.hasEntries() && scan.end() != SegmentScan.End.DAMAGED) {
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

    /// Readings that the cloud does not have and is not known to miss.
    long pending() {
        return pending;
    }

    /// Of all files.
    long bytes() {
        return bytes;
    }

    /// How many readings were given up since the start: for want of room, too old, or not readable any more.
    long givenUp() {
        return givenUp;
    }

    /// The seq that the next reading gets.
    long nextSeq() {
        return nextSeq;
    }

    boolean isPending(ReadingId id) {
        return !fates.settled(id.epoch()).contains(id.seq()) && segments.values().stream().anyMatch(segment -> holds(segment, id));
    }

    private static boolean holds(Segment segment, ReadingId id) {
        return segment.epoch == id.epoch() && segment.held.contains(id.seq());
    }

    /// The seqs of a range that can be read back, pending or not.
    List<SeqRange> held(long epoch, SeqRange range) {
        var held = new SeqSet();
        for (Segment segment : segments.values()) {
            if (segment.epoch == epoch) {
                segment.held.common(range).forEach(held::add);
            }
        }
        return held.ranges();
    }

    /// The seqs of a range that are held and need no sending.
    List<SeqRange> settled(long epoch, SeqRange range) {
        return held(epoch, range).stream().flatMap(held -> fates.settled(epoch).common(held).stream()).toList();
    }

    /// By epoch the lost seqs of which the cloud does not know yet.
    SortedMap<Long, List<SeqRange>> unreported() {
        return fates.unreported();
    }

    /// Names a reading and writes it down; under [SyncPolicy.EachAppend] it is on disk on return. After an exception
    /// from the disk the reading may or may not be there at the next start, but nobody else ever gets its identity.
    ///
    /// @throws BacklogFull if there is no room and the journal is to reject what is new
    Reading append(long takenAtMillis, Map<String, Double> measures) {
        requireWorking();
        var reading = new Reading(new ReadingId(thing, recovery.epoch(), nextSeq), takenAtMillis, new TreeMap<>(measures));
        ByteBuffer frame = EntryFormat.frame(new Entry.Taken(reading));
        try {
            if (active().bytes >= settings.segmentBytesMax()) {
                channel.force(true);
                channel.close();
                beginSegment();
                tidy();
            }
            makeRoom(frame.remaining());
            write(frame);
            dirtyReadings++;
            if (isSyncDueByCount()) {
                force();
            }
        } catch (IOException e) {
            throw failed(e);
        }
        Segment segment = active();
        segment.held.add(new SeqRange(nextSeq, nextSeq));
        segment.newestMillis = Math.max(segment.newestMillis, takenAtMillis);
        segment.pending++;
        pending++;
        nextSeq++;
        return reading;
    }

    private boolean isSyncDueByCount() {
        return switch (settings.sync()) {
            case SyncPolicy.EachAppend _ -> true;
            case SyncPolicy.ByCount(int readings) -> dirtyReadings >= readings;
            case SyncPolicy.ByInterval _ -> false;
        };
    }

    /// The cloud has these readings.
    ///
    /// @return how many of them were pending
    long acknowledge(long epoch, List<SeqRange> ranges) {
        requireWorking();
        List<SeqRange> fresh = pendingOf(epoch, ranges);
        if (fresh.isEmpty()) {
            return 0;
        }
        try {
            settle(epoch, fresh, new Entry.Acknowledged(epoch, fresh));
            tidy();
        } catch (IOException e) {
            throw failed(e);
        }
        return SeqRange.sizeOf(fresh);
    }

    /// Gives these readings up, because they cannot be read any more.
    void lose(long epoch, List<SeqRange> ranges) {
        requireWorking();
        List<SeqRange> fresh = pendingOf(epoch, ranges);
        if (!fresh.isEmpty()) {
            try {
                giveUp(epoch, fresh);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /// The cloud knows that these are lost.
    void reported(long epoch, List<SeqRange> ranges) {
        requireWorking();
        var entry = new Entry.Reported(epoch, ranges);
        try {
            write(EntryFormat.frame(entry));
        } catch (IOException e) {
            throw failed(e);
        }
        fates.apply(entry);
    }

    /// Those of the ranges that are pending.
    List<SeqRange> pendingOf(long epoch, List<SeqRange> ranges) {
        SeqSet settled = fates.settled(epoch);
        List<SeqRange> fresh = new ArrayList<>();
        for (SeqRange range : ranges) {
            held(epoch, range).forEach(held -> fresh.addAll(settled.missing(held)));
        }
        return fresh;
    }

    private void settle(long epoch, List<SeqRange> fresh, Entry entry) throws IOException {
        write(EntryFormat.frame(entry));
        for (Segment segment : segments.values()) {
            if (segment.epoch == epoch) {
                long count = fresh.stream().mapToLong(range -> SeqRange.sizeOf(segment.held.common(range))).sum();
                segment.pending -= count;
                pending -= count;
            }
        }
        fates.apply(entry);
    }

    private void giveUp(long epoch, List<SeqRange> fresh) throws IOException {
        settle(epoch, fresh, new Entry.Lost(epoch, fresh));
        givenUp += SeqRange.sizeOf(fresh);
    }

    /// Reads on from a place, which it moves.
    ///
    /// @param readingsMax at most so many
    ReadBack read(Place place, int readingsMax, Wanted wanted) {
        requireWorking();
        List<Reading> readings = new ArrayList<>();
        SortedMap<Long, List<SeqRange>> unreadable = new TreeMap<>();
        try {
            while (true) {
                Segment segment = segments.ceilingEntry(place.segment).getValue();
                place.toSegment(segment.number);
                boolean isActive = segment == active();
                if (wanted.mayBeIn(segment)) {
                    boolean isAtItsEnd = readSegment(segment, place, readingsMax, wanted, readings, unreadable);
                    if (!isAtItsEnd) {
                        return new ReadBack(readings, unreadable, readings.size() < readingsMax);
                    }
                }
                if (isActive) {
                    return new ReadBack(readings, unreadable, true);
                }
                place.toSegment(segment.number + 1);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// @return whether the segment has nothing more
    private boolean readSegment(Segment segment, Place place, int readingsMax, Wanted wanted, List<Reading> readings,
            SortedMap<Long, List<SeqRange>> unreadable) throws IOException {
        try (FileChannel file = FileChannel.open(segment.file, StandardOpenOption.READ)) {
            var reader = new SegmentReader(SegmentReader.Source.of(file), place.at, segment.bytes, thing);
            while (readings.size() < readingsMax) {
                switch (reader.next()) {
                    case SegmentReader.Piece.Whole(Entry.Taken(Reading reading), _, long to) when reading.id().epoch() == segment.epoch -> {
                        if (wanted.endsBefore(reading.id())) {
                            return false;
                        }
                        noteGap(segment, place, reading.id().seq() - 1, wanted, unreadable);
                        place.at = to;
                        place.nextSeq = reading.id().seq() + 1;
                        if (wanted.wants(reading.id())) {
                            readings.add(reading);
                        }
                    }
                    case SegmentReader.Piece.Whole whole -> place.at = whole.to();
                    case SegmentReader.Piece.Damage damage -> place.at = damage.to();
                    case SegmentReader.Piece.End _ -> {
                        if (segment != active() && !segment.held.isEmpty()) {
                            noteGap(segment, place, segment.held.last(), wanted, unreadable);
                        }
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /// Notes what should have stood between the last reading and this seq.
    private void noteGap(Segment segment, Place place, long last, Wanted wanted, SortedMap<Long, List<SeqRange>> unreadable) {
        long first = place.nextSeq == 0 ? segment.firstSeq : place.nextSeq;
        if (first > last) {
            return;
        }
        for (SeqRange gap : segment.held.common(new SeqRange(first, last))) {
            for (long seq = gap.first(); seq <= gap.last(); seq++) {
                if (wanted.wants(new ReadingId(thing, segment.epoch, seq))) {
                    unreadable.computeIfAbsent(segment.epoch, _ -> new ArrayList<>()).add(new SeqRange(seq, seq));
                }
            }
        }
    }

    /// Reads the pending readings from before this start, oldest first.
    void forEachRecovered(Consumer<Reading> reader) {
        var place = new Place();
        ReadBack read;
        do {
            read = read(place, RECOVERED_AT_ONCE, new Wanted() {
                @Override
                public boolean mayBeIn(Segment segment) {
                    return segment.pending > 0 && segment.number < firstNumber;
                }

                @Override
                public boolean wants(ReadingId id) {
                    return isPending(id);
                }

                @Override
                public boolean endsBefore(ReadingId id) {
                    return false;
                }
            });
            read.readings().forEach(reader);
        } while (!read.isAtEnd());
    }

    /// Does what time asks for: forces to disk what has waited for the interval, and lets go what is too old.
    void tend() {
        requireWorking();
        try {
            if (isDirty && settings.sync() instanceof SyncPolicy.ByInterval(var interval)
                    && clock.nanoTime() - dirtySinceNanos >= interval.toNanos()) {
                force();
            }
            giveUpWhatIsTooOld();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void giveUpWhatIsTooOld() throws IOException {
        for (Segment oldest = segments.firstEntry().getValue(); oldest != active() && isOlder(oldest, settings.ageMax());
                oldest = segments.firstEntry().getValue()) {
            drop(oldest);
        }
    }

    private boolean isOlder(Segment segment, Duration age) {
        return clock.millis() - segment.newestMillis > age.toMillis();
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

    /// Lets go of the files as they are.
    void abandon() {
        try (lockFile) {
            channel.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Segment active() {
        return segments.lastEntry().getValue();
    }

    private void beginSegment() throws IOException {
        long number = segments.isEmpty() ? 1 : segments.lastKey() + 1;
        Path file = Segment.file(folder, number);
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        segments.put(number, new Segment(number, file, recovery.epoch(), nextSeq));
        boolean syncEachAppend = settings.sync() instanceof SyncPolicy.EachAppend;
        write(EntryFormat.frame(new Entry.Opened(thing, recovery.epoch(), nextSeq, syncEachAppend)));
        List<Entry> summary = new ArrayList<>();
        fates.summarize(summary::add);
        for (Entry entry : summary) {
            write(EntryFormat.frame(entry));
        }
        force();
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /// @throws BacklogFull if there is none to be made
    private void makeRoom(int frameBytes) throws IOException {
        while (bytes + frameBytes > settings.bytesMax() && segments.size() > 1) {
            Optional<Segment> settled = settledSegments().findFirst();
            if (settled.isEmpty() && settings.whenFull() == JournalSettings.WhenFull.REJECT_NEW) {
                throw new BacklogFull(thing, pending, bytes, settings.bytesMax());
            }
            drop(settled.orElse(segments.firstEntry().getValue()));
        }
    }

    /// Lets go segments that are settled and not to be kept for resending.
    private void tidy() throws IOException {
        long retained = settledSegments().mapToLong(segment -> segment.bytes).sum();
        for (Segment segment : settledSegments().toList()) {
            if (retained <= settings.retainedBytesMax() && !isOlder(segment, settings.retainedAgeMax())) {
                break;
            }
            drop(segment);
            retained -= segment.bytes;
        }
    }

    /// Oldest first; never the one that is written to.
    private Stream<Segment> settledSegments() {
        return segments.headMap(segments.lastKey()).values().stream().filter(segment -> segment.pending == 0);
    }

    /// What is pending in it is lost from now on. That is on disk before the segment goes, or the next start would not
    /// know what became of its readings.
    private void drop(Segment segment) throws IOException {
        if (segment.pending > 0) {
            giveUp(segment.epoch, segment.pendingRanges(fates.settled(segment.epoch)));
        }
        if (isDirty) {
            force();
        }
        Files.delete(segment.file);
        segments.remove(segment.number);
        bytes -= segment.bytes;
        forgetOld(segment.epoch);
    }

    /// Forgets what is settled under the first seq of which a segment is left.
    private void forgetOld(long epoch) {
        var firstSeq = segments.values().stream().filter(segment -> segment.epoch == epoch).mapToLong(segment -> segment.firstSeq).min();
        if (firstSeq.isPresent()) {
            fates.settled(epoch).removeBelow(firstSeq.getAsLong());
        } else {
            fates.forgetSettled(epoch);
        }
    }

    private void force() throws IOException {
        channel.force(false);
        isDirty = false;
        dirtyReadings = 0;
    }

    private void write(ByteBuffer frame) throws IOException {
        bytes += frame.remaining();
        active().bytes += frame.remaining();
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
