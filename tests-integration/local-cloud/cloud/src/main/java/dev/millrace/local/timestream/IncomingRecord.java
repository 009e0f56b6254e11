package dev.millrace.local.timestream;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// One record of a WriteRecords call, with the common attributes merged in.
///
/// @param index      its place in the request, from 0
/// @param dimensions by name
/// @param timeNanos  nanoseconds since 1970
/// @param version    at least 1
/// @param multi      whether each measure has a column of its own name
record IncomingRecord(int index, NavigableMap<String, String> dimensions, String measureName, long timeNanos, long version,
        boolean multi, List<Measure> measures) {
    IncomingRecord {
        dimensions = new TreeMap<>(dimensions);
        measures = List.copyOf(measures);
    }

    /// @param column the column that holds it
    /// @param value  as [MeasureType#parse] gives it
    record Measure(String column, MeasureType type, Object value) {
    }

    /// The size as AWS meters it: time, dimension names and values, measure names and values
    /// (Timestream developer guide, "Metering and cost optimization", writes).
    int bytes() {
        int bytes = Long.BYTES + ColumnNames.bytes(measureName);
        for (var dimension : dimensions.entrySet()) {
            bytes += ColumnNames.bytes(dimension.getKey()) + ColumnNames.bytes(dimension.getValue());
        }
        for (Measure measure : measures) {
            bytes += measure.type().bytes(measure.value()) + (multi ? ColumnNames.bytes(measure.column()) : 0);
        }
        return bytes;
    }

    Fingerprint key() {
        Fingerprint.Builder key = Fingerprint.builder().add(timeNanos).add(measureName);
        dimensions.forEach((name, value) -> key.add(name).add(value));
        return key.build();
    }

    /// Of the values alone, whatever order they were sent in.
    Fingerprint values() {
        Fingerprint.Builder values = Fingerprint.builder();
        measures.stream().sorted(java.util.Comparator.comparing(Measure::column))
                .forEach(measure -> values.add(measure.column()).add(measure.type().name()).add(measure.value().toString()));
        return values.build();
    }
}
