package dev.millrace.events;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
        if (measures.isEmpty()) {
            throw new IllegalArgumentException("reading has no measure: " + id);
        }
        for (Map.Entry<String, Double> measure : measures.entrySet()) {
            Names.requireMeasure(measure.getKey());
            if (!Double.isFinite(measure.getValue())) {
                throw new IllegalArgumentException("measure %s of %s is not finite: %s".formatted(measure.getKey(), id, measure.getValue()));
            }
        }
    }
}
