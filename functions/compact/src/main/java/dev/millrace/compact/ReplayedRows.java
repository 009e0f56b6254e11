package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.reader.FilterPredicate;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Inspection;
import dev.millrace.pipeline.Inspector;
import dev.millrace.pipeline.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Takes what has landed once more through the code that takes it from the stream: each reading is put into a pack as a
/// device would send it, and inspected. What comes out is what the archive would land today.
final class ReplayedRows {
    private static final long MICROS_PER_MILLI = 1_000;

    private final Landing landing;
    private final ReplayRange range;
    private final ReplayOutcome.Tally tally;
    private final Rows rows;
    private final RowReadings readings;
    private final Rows.Scratch scratch;
    private final PackCodec codec = PackCodec.anyFormat();
    private final Inspector inspector;
    private final Identities refused = new Identities();
    private final Set<String> hours = new HashSet<>();
    /// Of one thing, epoch and arrival.
    private final List<Reading> pack = new ArrayList<>();
    private long packArrivedAtMillis;
    private Things things = Things.NONE;

    ReplayedRows(Landing landing, Rows rows, ReplayRange range, ReplayOutcome.Tally tally) {
        this.landing = requireNonNull(landing, "landing is null");
        this.range = requireNonNull(range, "range is null");
        this.tally = requireNonNull(tally, "tally is null");
        this.rows = requireNonNull(rows, "rows is null");
        this.readings = new RowReadings(rows);
        this.scratch = rows.new Scratch();
        this.inspector = new Inspector(codec, DeviceTypes.of(rows.type()));
    }

    /// Rows that the code of today refuses.
    Identities refused() {
        return refused;
    }

    /// Whether anything has landed in the hour of an arrival: if not, it is gone.
    boolean isHourThere(long arrivedAtMicros) {
        return hours.contains(ArrivalHour.prefix(Instant.ofEpochMilli(arrivedAtMicros / MICROS_PER_MILLI)));
    }

    void hourIsThere(String key) {
        hours.add(key.substring(0, key.lastIndexOf('/') + 1));
    }

    /// Between which names all things of a load are.
    record Things(String first, String last) {
        private static final Things NONE = new Things("", "");

        private Things with(String thing) {
            if (this.equals(NONE)) {
                return new Things(thing, thing);
            }
            return new Things(thing.compareTo(first) < 0 ? thing : first, thing.compareTo(last) > 0 ? thing : last);
        }
    }

    /// Takes as many objects as fit into memory off the list.
    ///
    /// @throws IOException if not even the first one fits
    Things load(Deque<Landing.LandingObject> objects, RowBuffer buffer) throws IOException {
        things = Things.NONE;
        boolean isFirst = true;
        try (HardwoodContext context = HardwoodContext.create(1); var fetch = new LandingFetch(landing, List.copyOf(objects))) {
            while (!objects.isEmpty()) {
                String key = objects.getFirst().key();
                byte[] bytes = fetch.next();
                RowBuffer.Mark mark = buffer.mark();
                buffer.beginRun();
                try {
                    if (!load(key, bytes, buffer, context)) {
                        buffer.rollBack(mark);
                        if (isFirst) {
                            throw new IOException("%s has more rows than fit into memory".formatted(key));
                        }
                        return things;
                    }
                } catch (UnreadableObject e) {
                    // one bad object must not keep the others out
                    buffer.rollBack(mark);
                    tally.unreadable(e.getMessage());
                }
                objects.removeFirst();
                isFirst = false;
            }
        }
        return things;
    }

    private static final class UnreadableObject extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableObject(String message, Exception cause) {
            super(message, cause);
        }
    }

    /// @return false if the buffer is full
    private boolean load(String key, byte[] bytes, RowBuffer buffer, HardwoodContext context) throws UnreadableObject {
        FilterPredicate filter = range.thing().map(thing -> ReadingsTable.inThings(thing, thing)).orElse(null);
        List<Reading> refusedHere = new ArrayList<>();
        pack.clear();
        long count = 0;
        try (var landed = new ParquetRows(key, InputFile.of(ByteBuffer.wrap(bytes)), rows, context, filter)) {
            while (landed.next()) {
                long arrivedAtMillis = Rows.arrivedAtMicros(landed.bytes(), landed.at()) / MICROS_PER_MILLI;
                if (!range.covers(arrivedAtMillis) || !isOfThing(landed)) {
                    continue;
                }
                count++;
                Reading reading = readings.read(landed.bytes(), landed.at());
                if (!fitsIntoPack(reading, arrivedAtMillis) && !deliver(buffer, refusedHere)) {
                    return false;
                }
                packArrivedAtMillis = arrivedAtMillis;
                pack.add(reading);
            }
            if (!deliver(buffer, refusedHere)) {
                return false;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new UnreadableObject("%s: %s".formatted(key, e.getMessage()), e);
        }
        refusedHere.forEach(reading -> {
            refused.add(reading.id());
            tally.refused();
        });
        tally.object(count);
        return true;
    }

    private boolean isOfThing(RowCursor row) {
        return range.thing().isEmpty() || Rows.thing(row.bytes(), row.at()).equals(range.thing().get());
    }

    private boolean fitsIntoPack(Reading reading, long arrivedAtMillis) {
        if (pack.isEmpty()) {
            return true;
        }
        Reading first = pack.getFirst();
        return pack.size() < Pack.READINGS_MAX && arrivedAtMillis == packArrivedAtMillis && first.id().thing().equals(reading.id().thing())
                && first.id().epoch() == reading.id().epoch();
    }

    /// @return false if the buffer is full
    private boolean deliver(RowBuffer buffer, List<Reading> refusedHere) throws IOException {
        if (pack.isEmpty()) {
            return true;
        }
        String thing = pack.getFirst().id().thing();
        things = things.with(thing);
        byte[] payload = codec.encode(new Pack(thing, rows.type().name(), pack.getFirst().id().epoch(), pack));
        Inspection inspection = inspector.inspect(new StreamRecord("0", thing, packArrivedAtMillis, payload));
        if (!(inspection instanceof Inspection.Legible legible)) {
            throw new IOException("a pack of %d readings of %s is not legible: %s".formatted(pack.size(), thing, inspection));
        }
        for (Inspection.Inspected one : legible.readings()) {
            if (one.rejection().isPresent()) {
                refusedHere.add(one.reading());
                continue;
            }
            readings.write(one.reading(), packArrivedAtMillis, scratch);
            if (!buffer.add(scratch.bytes(), 0)) {
                return false;
            }
        }
        pack.clear();
        return true;
    }
}
