package dev.millrace.pipeline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A thing's state as compact bytes: a format version, then counts and intervals as variable-length integers, each
/// bound as the distance from the one before. A few dozen bytes for a thing without gaps.
public final class StateCodec {
    private static final int FORMAT = 1;

    private StateCodec() {
    }

    public static byte[] encode(ThingState state) {
        var bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            writeLong(out, state.watermarkMillis() + 1);
            writeLong(out, state.forgotten());
            writeLong(out, state.tally().accepted());
            writeLong(out, state.tally().duplicate());
            writeLong(out, state.tally().rejected());
            writeLong(out, state.tally().late());
            writeLong(out, state.ledgers().size());
            for (Map.Entry<Long, Ledger> ledger : state.ledgers().entrySet()) {
                writeLong(out, ledger.getKey());
                write(out, ledger.getValue());
            }
            writeLong(out, state.panes().size());
            for (Pane pane : state.panes()) {
                write(out, pane);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Ledger ledger) throws IOException {
        List<Ledger.Interval> intervals = ledger.intervals();
        writeLong(out, ledger.lost());
        writeLong(out, intervals.size());
        long before = 0;
        for (Ledger.Interval interval : intervals) {
            writeLong(out, interval.first() - before);
            writeLong(out, interval.last() - interval.first());
            before = interval.last();
        }
    }

    private static void write(DataOutputStream out, Pane pane) throws IOException {
        out.writeUTF(pane.key().type());
        writeLong(out, pane.key().startMillis() / Pane.MILLIS);
        writeLong(out, pane.readings());
        writeLong(out, pane.measures().size());
        for (Map.Entry<String, Aggregate> measure : pane.measures().entrySet()) {
            Aggregate aggregate = measure.getValue();
            out.writeUTF(measure.getKey());
            writeLong(out, aggregate.count());
            out.writeDouble(aggregate.sum());
            out.writeDouble(aggregate.sumRest());
            out.writeDouble(aggregate.squares());
            out.writeDouble(aggregate.squaresRest());
            out.writeDouble(aggregate.min());
            out.writeDouble(aggregate.max());
            out.writeDouble(aggregate.first());
            writeLong(out, aggregate.firstAtMillis() - pane.key().startMillis());
            out.writeDouble(aggregate.last());
            writeLong(out, aggregate.lastAtMillis() - pane.key().startMillis());
        }
    }

    /// Restores a state.
    ///
    /// @param thing   whose state it is
    /// @param version the version it is stored under
    /// @throws IllegalStateException if the bytes are of a newer format or damaged; the message names the thing. It must
    ///                               not be taken for an empty state: that would count everything again.
    public static ThingState decode(String thing, long version, byte[] bytes, Limits limits) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readUnsignedByte();
            if (format != FORMAT) {
                throw new IllegalStateException("state of %s has format %d, this release knows %d: deploy the newer release again"
                        .formatted(thing, format, FORMAT));
            }
            ThingState state = read(thing, version, in, limits);
            if (in.read() != -1) {
                throw new IllegalStateException("state of %s is damaged: bytes after its end".formatted(thing));
            }
            return state;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new IllegalStateException("state of %s is damaged: %s".formatted(thing, e.getMessage()), e);
        }
    }

    private static ThingState read(String thing, long version, DataInputStream in, Limits limits) throws IOException {
        long watermarkMillis = readLong(in) - 1;
        long forgotten = readLong(in);
        var tally = new Tally(readLong(in), readLong(in), readLong(in), readLong(in));
        SortedMap<Long, Ledger> ledgers = new TreeMap<>();
        for (int left = readCount(in); left > 0; left--) {
            long epoch = readLong(in);
            if (ledgers.put(epoch, readLedger(in, limits)) != null) {
                throw new IOException("epoch %d twice".formatted(epoch));
            }
        }
        List<Pane> panes = new ArrayList<>();
        for (int left = readCount(in); left > 0; left--) {
            panes.add(readPane(in));
        }
        return new ThingState(thing, version, ledgers, panes, watermarkMillis, tally, forgotten);
    }

    private static Ledger readLedger(DataInputStream in, Limits limits) throws IOException {
        long lost = readLong(in);
        List<Ledger.Interval> intervals = new ArrayList<>();
        long before = 0;
        for (int left = readCount(in); left > 0; left--) {
            long first = before + readLong(in);
            before = first + readLong(in);
            intervals.add(new Ledger.Interval(first, before));
        }
        return Ledger.of(limits.intervalsMax(), intervals, lost);
    }

    private static Pane readPane(DataInputStream in) throws IOException {
        String type = in.readUTF();
        var key = new Pane.Key(type, Math.multiplyExact(readLong(in), Pane.MILLIS));
        long readings = readLong(in);
        SortedMap<String, Aggregate> measures = new TreeMap<>();
        for (int left = readCount(in); left > 0; left--) {
            String name = in.readUTF();
            measures.put(name, new Aggregate(readLong(in), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(),
                    in.readDouble(), in.readDouble(), in.readDouble(), Math.addExact(key.startMillis(), readLong(in)),
                    in.readDouble(), Math.addExact(key.startMillis(), readLong(in))));
        }
        return new Pane(key, readings, measures);
    }

    /// How many of something follow. Each takes a byte or more, so a count over what is left is damage: nothing is made
    /// room for on its word.
    private static int readCount(DataInputStream in) throws IOException {
        long count = readLong(in);
        if (count < 0 || count > in.available()) {
            throw new IOException("count %s with %d bytes left".formatted(Long.toUnsignedString(count), in.available()));
        }
        return (int) count;
    }

    /// Seven bits a byte, least significant first, the high bit on all but the last.
    private static void writeLong(DataOutputStream out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readLong(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new IOException("integer of more than 10 bytes");
    }
}
