package dev.millrace.pipeline;

import dev.millrace.events.Decoded;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Measures;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What can be said of a record without any state. It depends on the record alone (its arrival time is part of
/// it), so the function that counts and the function that archives come to the same verdict.
public sealed interface Inspection {
    /// The record cannot be taken at all.
    record Refused(Rejection rejection) implements Inspection {
    }

    /// It is a [Sweep].
    record Swept() implements Inspection {
    }

    /// The sender may speak for the thing; each reading is plausible or has its rejection.
    record Legible(DeviceType type, List<Inspected> readings) implements Inspection {
        public Legible {
            readings = List.copyOf(readings);
        }
    }

    /// @param rejection why the reading is not plausible, if it is not
    record Inspected(Reading reading, Optional<Rejection> rejection) {
    }

    static Inspection of(StreamRecord record, PackCodec codec, DeviceTypes types) {
        if (Sweep.is(record)) {
            return new Swept();
        }
        return switch (codec.decode(record.payload())) {
            case Decoded.Malformed(String reason) -> new Refused(new Rejection.Malformed(reason));
            case Decoded.UnknownVersion(String version) -> new Refused(new Rejection.UnknownVersion(version));
            case Decoded.Telemetry(Pack pack) -> of(record, pack, types);
        };
    }

    private static Inspection of(StreamRecord record, Pack pack, DeviceTypes types) {
        if (!pack.thing().equals(record.partitionKey())) {
            return new Refused(new Rejection.Spoofed(record.partitionKey(), pack.thing()));
        }
        Optional<DeviceType> type = types.find(pack.type());
        if (type.isEmpty()) {
            return new Refused(new Rejection.UnknownType(pack.type()));
        }
        List<Inspected> readings = new ArrayList<>(pack.readings().size());
        for (Reading reading : pack.readings()) {
            readings.add(new Inspected(reading, implausible(reading, type.get(), record.arrivedAtMillis())));
        }
        return new Legible(type.get(), readings);
    }

    private static Optional<Rejection> implausible(Reading reading, DeviceType type, long arrivedAtMillis) {
        long ageMillis = arrivedAtMillis - reading.takenAtMillis();
        if (ageMillis > type.maxAge().toMillis()) {
            return Optional.of(new Rejection.TooOld(reading.takenAtMillis(), arrivedAtMillis, type.maxAge()));
        }
        if (-ageMillis > type.maxSkew().toMillis()) {
            return Optional.of(new Rejection.InFuture(reading.takenAtMillis(), arrivedAtMillis, type.maxSkew()));
        }
        Measures measures = reading.values();
        for (int i = 0; i < measures.size(); i++) {
            int index = type.indexOf(measures.name(i));
            if (index >= 0 && !type.measures().get(index).isPlausible(measures.value(i))) {
                DeviceType.Measure measure = type.measures().get(index);
                return Optional.of(new Rejection.OutOfRange(measure.name(), measures.value(i), measure.min(), measure.max()));
            }
        }
        return Optional.empty();
    }
}
