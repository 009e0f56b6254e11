package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.MeasurePlaces;
import dev.millrace.events.Measures;
import dev.millrace.events.Reading;
import java.util.SortedMap;
import java.util.TreeMap;

/// A [Pane] while readings are added to it. Measures stand in the order of the device type.
public final class RunningPane {
    private final Pane.Key key;
    private final MeasurePlaces places;
    private final RunningAggregate[] aggregates;
    private long readings;

    RunningPane(Pane start, DeviceType type) {
        this.key = start.key();
        this.places = new MeasurePlaces(type);
        this.readings = start.readings();
        this.aggregates = new RunningAggregate[type.measures().size()];
        for (int index = 0; index < aggregates.length; index++) {
            Aggregate aggregate = start.measures().get(type.measures().get(index).name());
            aggregates[index] = aggregate == null ? new RunningAggregate() : new RunningAggregate(aggregate);
        }
    }

    /// The pane that a reading of this type belongs to, still empty.
    public static RunningPane around(DeviceType type, long takenAtMillis) {
        return new RunningPane(Pane.empty(Pane.Key.of(type, takenAtMillis)), type);
    }

    public Pane.Key key() {
        return key;
    }

    DeviceType type() {
        return places.type();
    }

    boolean covers(DeviceType readingType, long takenAtMillis) {
        return takenAtMillis >= key.startMillis() && takenAtMillis < key.endMillis() && places.type().name().equals(readingType.name());
    }

    public void add(Reading reading) {
        Measures measures = reading.values();
        int[] indexes = places.of(measures);
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= 0) {
                aggregates[indexes[i]].add(measures.value(i), reading.takenAtMillis());
            }
        }
        readings++;
    }

    public Pane result() {
        SortedMap<String, Aggregate> measures = new TreeMap<>();
        for (int index = 0; index < aggregates.length; index++) {
            if (!aggregates[index].isEmpty()) {
                measures.put(places.type().measures().get(index).name(), aggregates[index].result());
            }
        }
        return new Pane(key, readings, measures);
    }
}
