package dev.millrace.analysts;

import dev.millrace.events.Reading;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// A reading of the ground truth, and what became of it.
///
/// @param arrivals when it arrived at the stream, the first time first; none if it never did
record Taken(String type, Reading reading, List<Instant> arrivals) {
    private static final long TEN_MINUTES_MILLIS = 600_000;

    Taken {
        arrivals = List.copyOf(arrivals);
    }

    String thing() {
        return reading.id().thing();
    }

    Instant at() {
        return Instant.ofEpochMilli(reading.takenAtMillis());
    }

    LocalDate day() {
        return dayOf(at());
    }

    static LocalDate dayOf(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate();
    }

    /// Number of the window of ten minutes, since 1970.
    long tenMinutes() {
        return reading.takenAtMillis() / TEN_MINUTES_MILLIS;
    }

    boolean hasArrived() {
        return !arrivals.isEmpty();
    }

    boolean has(String... measures) {
        for (String measure : measures) {
            if (!reading.measures().containsKey(measure)) {
                return false;
            }
        }
        return true;
    }

    /// Of a measure that it has.
    double value(String measure) {
        return reading.measures().get(measure);
    }

    Taken again(Instant arrival) {
        List<Instant> more = new ArrayList<>(arrivals);
        more.add(arrival);
        return new Taken(type, reading, more);
    }
}
