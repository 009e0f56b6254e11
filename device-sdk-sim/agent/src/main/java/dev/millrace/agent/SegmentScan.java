package dev.millrace.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one segment file holds, as far as it can be trusted; without the readings themselves, for which a device has
/// no memory.
final class SegmentScan {
    private final long number;
    private final Path file;
    private final List<String> damages = new ArrayList<>();
    private final SeqSet taken = new SeqSet();
    private Entry.Opened opened;
    private long epoch;
    private long newestMillis;
    private int entries;
    private boolean isClosed;
    private End end;
    private long endAt;

    enum End {
        /// With a whole entry.
        WHOLE,
        /// With a beginning of an entry: its writing was interrupted.
        CUT_OFF,
        /// With bytes that are no entry: the last entries may have been given out, and their seqs are not known.
        DAMAGED
    }

    private SegmentScan(long number, Path file) {
        this.number = number;
        this.file = file;
    }

    /// Reads a file, and what its entries say about the fate of readings into `fates`.
    ///
    /// @throws EntryFormat.UnknownFormat if an entry is whole but says that a newer release wrote it
    static SegmentScan read(long number, Path file, String thing, Fates fates) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var scan = new SegmentScan(number, file);
            scan.readAll(new SegmentReader(SegmentReader.Source.of(channel), 0, channel.size(), thing), fates);
            return scan;
        }
    }

    private void readAll(SegmentReader reader, Fates fates) throws IOException {
        while (end == null) {
            switch (reader.next()) {
                case SegmentReader.Piece.Whole(Entry entry, long from, long to) -> {
                    entries++;
                    isClosed = entry instanceof Entry.Closed;
                    note(entry, from, to);
                    fates.apply(entry);
                }
                case SegmentReader.Piece.Damage(long from, long to) -> damages.add(damage(from, to));
                case SegmentReader.Piece.End(End kind, long from) -> {
                    end = kind;
                    endAt = from;
                }
            }
        }
        if (end == End.DAMAGED) {
            damages.add("%s: bytes from %d on are no journal entry".formatted(file, endAt));
        }
    }

    private void note(Entry entry, long from, long to) {
        if (entry instanceof Entry.Opened first && entries == 1) {
            opened = first;
            epoch = first.epoch();
        } else if (entry instanceof Entry.Taken(var reading)) {
            if (epoch == 0) {
                epoch = reading.id().epoch();
            }
            if (reading.id().epoch() == epoch) {
                taken.add(new SeqRange(reading.id().seq(), reading.id().seq()));
                newestMillis = Math.max(newestMillis, reading.takenAtMillis());
            } else {
                damages.add(damage(from, to));
            }
        }
    }

    private String damage(long from, long to) {
        return "%s: bytes %d to %d are no journal entry".formatted(file, from, to);
    }

    long number() {
        return number;
    }

    Path file() {
        return file;
    }

    /// The first entry, if it is whole.
    Optional<Entry.Opened> opened() {
        return Optional.ofNullable(opened);
    }

    /// Of all its readings; 0 if it is not known and there are none.
    long epoch() {
        return epoch;
    }

    /// The seqs of the readings that are whole.
    SeqSet taken() {
        return taken;
    }

    /// When the last of its readings was taken, 0 if there is none.
    long newestMillis() {
        return newestMillis;
    }

    boolean hasEntries() {
        return entries > 0;
    }

    /// What could not be read, for a person.
    List<String> damages() {
        return List.copyOf(damages);
    }

    End end() {
        return end;
    }

    /// Length of the file without what is cut off.
    long endAt() {
        return endAt;
    }

    /// Whether the journal was closed with this segment, and everything was on disk.
    boolean isClosed() {
        return end == End.WHOLE && isClosed;
    }
}
