package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Decoded;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.MeasurePlaces;
import dev.millrace.events.Measures;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Inspects records. What it says of one depends on that one alone; it remembers only where it last found a type and its
/// measures. Not for more than one thread.
public final class Inspector {
    private final PackCodec codec;
    private final DeviceTypes types;
    private MeasurePlaces last;

    public Inspector(PackCodec codec, DeviceTypes types) {
        this.codec = requireNonNull(codec, "codec is null");
        this.types = requireNonNull(types, "types is null");
    }

    public Inspection inspect(StreamRecord record) {
        if (Sweep.is(record)) {
            return new Inspection.Swept();
        }
        return switch (codec.decode(record.payload())) {
            case Decoded.Malformed(String reason) -> new Inspection.Refused(new Rejection.Malformed(reason));
            case Decoded.UnknownVersion(String version) -> new Inspection.Refused(new Rejection.UnknownVersion(version));
            case Decoded.Telemetry(Pack pack) -> inspect(record, pack);
        };
    }

    private Inspection inspect(StreamRecord record, Pack pack) {
        if (!pack.thing().equals(record.partitionKey())) {
            return new Inspection.Refused(new Rejection.Spoofed(record.partitionKey(), pack.thing()));
        }
        if (last == null || !last.type().name().equals(pack.type())) {
            Optional<DeviceType> type = types.find(pack.type());
            if (type.isEmpty()) {
                return new Inspection.Refused(new Rejection.UnknownType(pack.type()));
            }
            last = new MeasurePlaces(type.get());
        }
        List<Inspection.Inspected> readings = new ArrayList<>(pack.readings().size());
        for (Reading reading : pack.readings()) {
            readings.add(new Inspection.Inspected(reading, implausible(reading, last, record.arrivedAtMillis())));
        }
        return new Inspection.Legible(last.type(), readings);
    }

    private static Optional<Rejection> implausible(Reading reading, MeasurePlaces places, long arrivedAtMillis) {
        DeviceType type = places.type();
        long ageMillis = arrivedAtMillis - reading.takenAtMillis();
        if (ageMillis > type.maxAge().toMillis()) {
            return Optional.of(new Rejection.TooOld(reading.takenAtMillis(), arrivedAtMillis, type.maxAge()));
        }
        if (-ageMillis > type.maxSkew().toMillis()) {
            return Optional.of(new Rejection.InFuture(reading.takenAtMillis(), arrivedAtMillis, type.maxSkew()));
        }
        Measures measures = reading.values();
        int[] indexes = places.of(measures);
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= 0 && !type.measures().get(indexes[i]).isPlausible(measures.value(i))) {
                DeviceType.Measure measure = type.measures().get(indexes[i]);
                return Optional.of(new Rejection.OutOfRange(measure.name(), measures.value(i), measure.min(), measure.max()));
            }
        }
        return Optional.empty();
    }
}
