package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A thing's state as compact bytes: a format version, then counts and intervals as variable-length integers, each
/// bound as the distance from the one before. A few dozen bytes for a thing without gaps.
public final class StateCodec {
    private static final int FORMAT = 2;
    /// The first release's: all panes are of a minute, and there are no sweeps.
    private static final int FORMAT_OF_MINUTES = 1;
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    /// The length of a text in front of it.
    private static final int LENGTH_BYTES = 2;
    /// Count, two instants, eight numbers.
    private static final int AGGREGATE_BYTES_MAX = 3 * StateBytes.LONG_BYTES_MAX + 8 * Double.BYTES;

    private StateCodec() {
    }

    public static byte[] encode(ThingState state) {
        var out = new StateBytes();
        out.writeByte(FORMAT);
        out.writeLong(state.progress().watermarkMillis() + 1);
        out.writeLong(state.progress().closedMillis());
        out.writeLong(state.progress().arrivedAtMillis() + 1);
        out.writeLong(state.progress().idleFromMillis());
        out.writeLong(state.forgotten());
        out.writeLong(state.tally().accepted());
        out.writeLong(state.tally().duplicate());
        out.writeLong(state.tally().rejected());
        out.writeLong(state.tally().late());
        out.writeLong(state.ledgers().size());
        for (Map.Entry<Long, Ledger> ledger : state.ledgers().entrySet()) {
            out.writeLong(ledger.getKey());
            write(out, ledger.getValue());
        }
        out.writeLong(state.panes().size());
        for (Pane pane : state.panes()) {
            write(out, pane);
        }
        return out.toArray();
    }

    private static void write(StateBytes out, Ledger ledger) {
        List<Ledger.Interval> intervals = ledger.intervals();
        out.writeLong(ledger.lost());
        out.writeLong(intervals.size());
        long before = 0;
        for (Ledger.Interval interval : intervals) {
            out.writeLong(interval.first() - before);
            out.writeLong(interval.last() - interval.first());
            before = interval.last();
        }
    }

    private static void write(StateBytes out, Pane pane) {
        out.writeText(pane.key().type());
        out.writeLong(pane.key().lengthMillis() / SECOND);
        out.writeLong(pane.key().startMillis() / pane.key().lengthMillis());
        out.writeLong(pane.readings());
        out.writeLong(pane.measures().size());
        for (Map.Entry<String, Aggregate> measure : pane.measures().entrySet()) {
            Aggregate aggregate = measure.getValue();
            out.writeText(measure.getKey());
            out.writeLong(aggregate.count());
            out.writeDouble(aggregate.sum());
            out.writeDouble(aggregate.sumRest());
            out.writeDouble(aggregate.squares());
            out.writeDouble(aggregate.squaresRest());
            out.writeDouble(aggregate.min());
            out.writeDouble(aggregate.max());
            out.writeDouble(aggregate.first());
            out.writeLong(aggregate.firstAtMillis() - pane.key().startMillis());
            out.writeDouble(aggregate.last());
            out.writeLong(aggregate.lastAtMillis() - pane.key().startMillis());
        }
    }

    /// The most bytes that a pane of this type takes in a state. Names are ASCII, see [dev.millrace.events.Names].
    public static int paneBytesMax(DeviceType type) {
        int bytes = LENGTH_BYTES + type.name().length() + 4 * StateBytes.LONG_BYTES_MAX;
        for (DeviceType.Measure measure : type.measures()) {
            bytes += LENGTH_BYTES + measure.name().length() + AGGREGATE_BYTES_MAX;
        }
        return bytes;
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
            if (format != FORMAT && format != FORMAT_OF_MINUTES) {
                throw new IllegalStateException("state of %s has format %d, this release knows up to %d: deploy the newer release again"
                        .formatted(thing, format, FORMAT));
            }
            ThingState state = read(thing, version, format, in, limits);
            if (in.read() != -1) {
                throw new IllegalStateException("state of %s is damaged: bytes after its end".formatted(thing));
            }
            return state;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new IllegalStateException("state of %s is damaged: %s".formatted(thing, e.getMessage()), e);
        }
    }

    private static ThingState read(String thing, long version, int format, DataInputStream in, Limits limits) throws IOException {
        Progress progress = readProgress(format, in);
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
            panes.add(readPane(format, in));
        }
        return new ThingState(thing, version, ledgers, panes, progress, tally, forgotten);
    }

    private static Progress readProgress(int format, DataInputStream in) throws IOException {
        long watermarkMillis = readLong(in) - 1;
        return format == FORMAT_OF_MINUTES ? new Progress(watermarkMillis, 0, -1, 0)
                : new Progress(watermarkMillis, readLong(in), readLong(in) - 1, readLong(in));
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

    private static Pane readPane(int format, DataInputStream in) throws IOException {
        String type = in.readUTF();
        long lengthMillis = format == FORMAT_OF_MINUTES ? MINUTE : millis(readLong(in), SECOND);
        var key = new Pane.Key(type, millis(readLong(in), lengthMillis), lengthMillis);
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

    private static long millis(long count, long unitMillis) throws IOException {
        if (count < 0 || unitMillis < 1 || count > Long.MAX_VALUE / unitMillis) {
            throw new IOException("%s times %d ms is out of range".formatted(Long.toUnsignedString(count), unitMillis));
        }
        return count * unitMillis;
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
