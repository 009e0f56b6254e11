package dev.millrace.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one segment file holds, as far as it can be trusted.
///
/// @param number  position of the segment in the journal
/// @param entries the whole entries in the order of writing
/// @param damages what could not be read, for a person
/// @param end     how the file ends
/// @param endAt   length of the file without what is cut off
record SegmentScan(long number, Path file, List<Entry> entries, List<String> damages, End end, long endAt) {
    enum End {
        /// With a whole entry.
        WHOLE,
        /// With a beginning of an entry: its writing was interrupted.
        CUT_OFF,
        /// With bytes that are no entry: the last entries may have been given out, and their seqs are not known.
        DAMAGED
    }

    SegmentScan {
        entries = List.copyOf(entries);
        damages = List.copyOf(damages);
    }

    static SegmentScan read(long number, Path file, String thing) throws IOException {
        return of(number, file, Files.readAllBytes(file), thing);
    }

    /// @throws EntryFormat.UnknownFormat if an entry is whole but says that a newer release wrote it
    static SegmentScan of(long number, Path file, byte[] bytes, String thing) throws EntryFormat.UnknownFormat {
        List<Entry> entries = new ArrayList<>();
        List<String> damages = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            EntryFormat.Found found = EntryFormat.at(bytes, at, thing);
            if (found instanceof EntryFormat.Found.Whole(EntryFormat.Framed framed)) {
                entries.add(framed.entry());
                at += framed.bytes();
                continue;
            }
            int next = nextWhole(bytes, at + 1, thing);
            if (next < 0) {
                boolean cutOff = found instanceof EntryFormat.Found.CutOff;
                if (!cutOff) {
                    damages.add(damage(file, at, bytes.length));
                }
                return new SegmentScan(number, file, entries, damages, cutOff ? End.CUT_OFF : End.DAMAGED, at);
            }
            damages.add(damage(file, at, next));
            at = next;
        }
        return new SegmentScan(number, file, entries, damages, End.WHOLE, bytes.length);
    }

    /// Looks for the place where readable entries go on, byte by byte: the length of the damaged one cannot be trusted.
    private static int nextWhole(byte[] bytes, int from, String thing) throws EntryFormat.UnknownFormat {
        for (int at = from; at + EntryFormat.HEAD_BYTES < bytes.length; at++) {
            if (EntryFormat.at(bytes, at, thing) instanceof EntryFormat.Found.Whole) {
                return at;
            }
        }
        return -1;
    }

    private static String damage(Path file, int from, int to) {
        return "%s: bytes %d to %d are no journal entry".formatted(file, from, to);
    }

    Optional<Entry.Opened> opened() {
        return !entries.isEmpty() && entries.getFirst() instanceof Entry.Opened opened ? Optional.of(opened) : Optional.empty();
    }

    boolean isClosed() {
        return end == End.WHOLE && !entries.isEmpty() && entries.getLast() instanceof Entry.Closed;
    }
}
