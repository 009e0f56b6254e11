package dev.millrace.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/// Reads one segment from a place on, entry by entry, and steps over what is damaged. Holds a small part of the file
/// at a time.
final class SegmentReader {
    /// Some hundred entries.
    private static final int BUFFER_BYTES = 16 << 10;

    private final Source source;
    private final long end;
    private final String thing;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private long bufferAt;
    private int buffered;
    private long at;

    /// The bytes of a segment.
    @FunctionalInterface
    interface Source {
        /// Fills the array from this place on.
        ///
        /// @return how many bytes there were, fewer than the array takes only at the end
        int read(byte[] into, long from) throws IOException;

        static Source of(FileChannel channel) {
            return (into, from) -> {
                ByteBuffer left = ByteBuffer.wrap(into);
                while (left.hasRemaining() && channel.read(left, from + left.position()) > 0) {
                    // goes on until the array is full or the file ends
                }
                return left.position();
            };
        }

        static Source of(byte[] bytes) {
            return (into, from) -> {
                int length = (int) Math.min(into.length, bytes.length - from);
                System.arraycopy(bytes, (int) from, into, 0, length);
                return length;
            };
        }
    }

    /// What comes next in a segment; ranges of bytes are without their end.
    sealed interface Piece {
        record Whole(Entry entry, long from, long to) implements Piece {
        }

        /// Bytes that are no entry, before bytes that are.
        record Damage(long from, long to) implements Piece {
        }

        /// Nothing more.
        ///
        /// @param from where the readable part ends
        record End(SegmentScan.End kind, long from) implements Piece {
        }
    }

    /// @param from a place where an entry begins
    /// @param end  length of the segment
    SegmentReader(Source source, long from, long end, String thing) {
        this.source = source;
        this.at = from;
        this.end = end;
        this.thing = thing;
    }

    /// @throws EntryFormat.UnknownFormat if an entry is whole but says that a newer release wrote it
    Piece next() throws IOException {
        if (at >= end) {
            return new Piece.End(SegmentScan.End.WHOLE, at);
        }
        long from = at;
        EntryFormat.Found found = found(from);
        if (found instanceof EntryFormat.Found.Whole(EntryFormat.Framed framed)) {
            at += framed.bytes();
            return new Piece.Whole(framed.entry(), from, at);
        }
        // Byte by byte: the length of the damaged entry cannot be trusted.
        for (long place = from + 1; place + EntryFormat.HEAD_BYTES < end; place++) {
            if (found(place) instanceof EntryFormat.Found.Whole) {
                at = place;
                return new Piece.Damage(from, place);
            }
        }
        return new Piece.End(found instanceof EntryFormat.Found.CutOff ? SegmentScan.End.CUT_OFF : SegmentScan.End.DAMAGED, from);
    }

    private EntryFormat.Found found(long place) throws IOException {
        if (place < bufferAt || place >= bufferAt + buffered) {
            load(place);
        }
        while (true) {
            EntryFormat.Found found = EntryFormat.at(buffer, (int) (place - bufferAt), buffered, thing);
            boolean isCutOffByBuffer = found instanceof EntryFormat.Found.CutOff && bufferAt + buffered < end;
            if (!isCutOffByBuffer) {
                return found;
            }
            if (place == bufferAt) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            load(place);
        }
    }

    private void load(long place) throws IOException {
        bufferAt = place;
        buffered = (int) Math.min(source.read(buffer, place), end - place);
        if (buffered <= 0 || (buffered < buffer.length && place + buffered < end)) {
            throw new IOException("segment ends at byte %d, expected %d".formatted(place + Math.max(buffered, 0), end));
        }
    }
}
