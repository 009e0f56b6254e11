package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns rows into readings, and back.
final class RowReadings {
    private static final long MICROS_PER_MILLI = 1_000;

    private final Rows rows;

    RowReadings(Rows rows) {
        this.rows = requireNonNull(rows, "rows is null");
    }

    /// @throws IllegalArgumentException if the row is no reading: it has no measure, say
    Reading read(byte[] row, int at) {
        SortedMap<String, Double> measures = new TreeMap<>();
        rows.values(row, at, new Rows.ValueVisitor() {
            @Override
            public void measure(int index, double value) {
                measures.put(rows.type().measures().get(index).name(), value);
            }

            @Override
            public void other(byte[] bytes, int nameAt, int nameLength, double value) {
                measures.put(new String(bytes, nameAt, nameLength, StandardCharsets.UTF_8), value);
            }
        });
        return new Reading(new ReadingId(Rows.thing(row, at), Rows.epoch(row, at), Rows.seq(row, at)), Rows.takenAtMicros(row, at) / MICROS_PER_MILLI, measures);
    }

    /// Measures go into the columns that the type has for them now, whatever columns they came from.
    void write(Reading reading, long arrivedAtMillis, Rows.Scratch into) {
        byte[] thing = reading.id().thing().getBytes(StandardCharsets.UTF_8);
        into.begin(thing, 0, thing.length, reading.takenAtMillis() * MICROS_PER_MILLI, reading.id().epoch(), reading.id().seq(), arrivedAtMillis * MICROS_PER_MILLI);
        List<DeviceType.Measure> measures = rows.type().measures();
        SortedMap<String, Double> others = new TreeMap<>(reading.measures());
        for (int index = 0; index < measures.size(); index++) {
            Double value = others.remove(measures.get(index).name());
            if (value != null) {
                into.measure(index, value);
            }
        }
        into.others(others.size());
        for (Map.Entry<String, Double> other : others.entrySet()) {
            byte[] name = other.getKey().getBytes(StandardCharsets.UTF_8);
            into.other(name, 0, name.length, other.getValue());
        }
        into.finish();
    }
}
