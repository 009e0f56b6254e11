package dev.millrace.events;

import static java.util.Objects.requireNonNull;

import java.util.SortedMap;

/// What one device measured at one instant.
///
/// @param id           who and which
/// @param takenAtMillis instant of measurement by the device's clock, milliseconds since 1970-01-01T00:00Z, not negative
/// @param measures     value by measure name, at least one, every value finite; iterates in the order of the names
public record Reading(ReadingId id, long takenAtMillis, SortedMap<String, Double> measures) {
    public Reading {
        requireNonNull(id, "id is null");
        if (takenAtMillis < 0) {
            throw new IllegalArgumentException("takenAtMillis of %s is negative: %d".formatted(id, takenAtMillis));
        }
        measures = Measures.copyOf(measures, id);
    }

    /// The measures as what they are: [#measures] without a cast at the caller's.
    public Measures values() {
        return (Measures) measures;
    }
}
