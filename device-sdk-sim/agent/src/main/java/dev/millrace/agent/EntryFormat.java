package dev.millrace.agent;

import dev.millrace.events.Names;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// An entry on disk, big-endian: length of the body (4 bytes), its complement (4), CRC32C of the body (4), body.
/// The complement tells an entry that was cut off (its length is whole, its body is short) from one whose length
/// has rotted: the first was never given to anybody, the second may have been.
final class EntryFormat {
    static final int HEAD_BYTES = 12;
    /// Far over any entry: 256 measures of 64 letters are 20 KB.
    static final int BODY_BYTES_MAX = 1 << 20;
    /// 2 came with what is lost and reported; 1 is read as well.
    private static final int VERSION = 2;
    private static final byte OPENED = 1;
    private static final byte TAKEN = 2;
    private static final byte ACKNOWLEDGED = 3;
    private static final byte CLOSED = 4;
    private static final byte LOST = 5;
    private static final byte REPORTED = 6;

    /// An entry with the number of bytes that it takes on disk.
    record Framed(Entry entry, int bytes) {
    }

    /// What stands at a place in a file.
    sealed interface Found {
        record Whole(Framed framed) implements Found {
        }

        /// The file ends before the entry does.
        record CutOff() implements Found {
        }

        record Damaged() implements Found {
        }
    }

    /// The segment was written by a release with another format.
    static final class UnknownFormat extends IOException {
        private static final long serialVersionUID = 1L;

        UnknownFormat(int version) {
            super("journal format %d is unknown, expected 1 to %d: written by a newer release?".formatted(version, VERSION));
        }
    }

    private EntryFormat() {
    }

    static ByteBuffer frame(Entry entry) {
        byte[] body = body(entry);
        if (body.length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException("journal entry has %d bytes, more than %d".formatted(body.length, BODY_BYTES_MAX));
        }
        return ByteBuffer.allocate(HEAD_BYTES + body.length).putInt(body.length).putInt(~body.length).putInt(crc(body, 0, body.length))
                .put(body).flip();
    }

    /// @param at  where an entry is expected, less than `end`
    /// @param end where the bytes of the segment end
    /// @throws UnknownFormat if the entry is whole but says that a newer release wrote it
    static Found at(byte[] segment, int at, int end, String thing) throws UnknownFormat {
        int left = end - at;
        if (left < HEAD_BYTES) {
            return new Found.CutOff();
        }
        ByteBuffer head = ByteBuffer.wrap(segment, at, HEAD_BYTES);
        int length = head.getInt();
        if (head.getInt() != ~length || length < 1 || length > BODY_BYTES_MAX) {
            return new Found.Damaged();
        }
        if (left - HEAD_BYTES < length) {
            return new Found.CutOff();
        }
        if (head.getInt() != crc(segment, at + HEAD_BYTES, length)) {
            return new Found.Damaged();
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(segment, at + HEAD_BYTES, length))) {
            return new Found.Whole(new Framed(entry(in, thing), HEAD_BYTES + length));
        } catch (UnknownFormat e) {
            throw e;
        } catch (IOException | IllegalArgumentException _) {
            return new Found.Damaged();
        }
    }

    private static int crc(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static byte[] body(Entry entry) {
        var bytes = new ByteArrayOutputStream(128);
        try (var out = new DataOutputStream(bytes)) {
            switch (entry) {
                case Entry.Opened opened -> {
                    out.writeByte(OPENED);
                    out.writeByte(VERSION);
                    out.writeUTF(opened.thing());
                    out.writeLong(opened.epoch());
                    out.writeLong(opened.firstSeq());
                    out.writeBoolean(opened.syncEachAppend());
                }
                case Entry.Taken(Reading reading) -> {
                    out.writeByte(TAKEN);
                    write(reading, out);
                }
                case Entry.Acknowledged(long epoch, List<SeqRange> ranges) -> write(ACKNOWLEDGED, epoch, ranges, out);
                case Entry.Lost(long epoch, List<SeqRange> ranges) -> write(LOST, epoch, ranges, out);
                case Entry.Reported(long epoch, List<SeqRange> ranges) -> write(REPORTED, epoch, ranges, out);
                case Entry.Closed _ -> out.writeByte(CLOSED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(byte kind, long epoch, List<SeqRange> ranges, DataOutputStream out) throws IOException {
        out.writeByte(kind);
        out.writeLong(epoch);
        out.writeInt(ranges.size());
        for (SeqRange range : ranges) {
            out.writeLong(range.first());
            out.writeLong(range.last());
        }
    }

    private static void write(Reading reading, DataOutputStream out) throws IOException {
        out.writeLong(reading.id().epoch());
        out.writeLong(reading.id().seq());
        out.writeLong(reading.takenAtMillis());
        out.writeShort(reading.measures().size());
        for (Map.Entry<String, Double> measure : reading.measures().entrySet()) {
            out.writeUTF(measure.getKey());
            out.writeDouble(measure.getValue());
        }
    }

    private static Entry entry(DataInputStream in, String thing) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case OPENED -> {
                int version = in.readUnsignedByte();
                if (version < 1 || version > VERSION) {
                    throw new UnknownFormat(version);
                }
                yield new Entry.Opened(Names.requireThing(in.readUTF()), in.readLong(), in.readLong(), in.readBoolean());
            }
            case TAKEN -> new Entry.Taken(reading(in, thing));
            case ACKNOWLEDGED -> new Entry.Acknowledged(in.readLong(), ranges(in));
            case LOST -> new Entry.Lost(in.readLong(), ranges(in));
            case REPORTED -> new Entry.Reported(in.readLong(), ranges(in));
            case CLOSED -> new Entry.Closed();
            default -> throw new IOException("unknown kind of entry " + kind);
        };
    }

    private static List<SeqRange> ranges(DataInputStream in) throws IOException {
        List<SeqRange> ranges = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ranges.add(new SeqRange(in.readLong(), in.readLong()));
        }
        return List.copyOf(ranges);
    }

    private static Reading reading(DataInputStream in, String thing) throws IOException {
        var id = new ReadingId(thing, in.readLong(), in.readLong());
        long takenAtMillis = in.readLong();
        SortedMap<String, Double> measures = new TreeMap<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            measures.put(in.readUTF(), in.readDouble());
        }
        return new Reading(id, takenAtMillis, measures);
    }
}
