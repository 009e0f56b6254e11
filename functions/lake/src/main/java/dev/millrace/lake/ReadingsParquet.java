package dev.millrace.lake;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.MeasurePlaces;
import dev.millrace.events.Measures;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Lake.Landed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Readings of one type as the bytes of a Parquet file: one row group, zstd, sorted by thing and time. Written column by
/// column from arrays of numbers; Parquet's own library writes row by row, and stands in the tests as the reference.
final class ReadingsParquet {
    private static final long MICROS_PER_MILLI = 1_000;
    /// No reading has such a value, so it marks that a reading has none.
    private static final double HOLE = Double.NaN;

    private final DeviceType type;
    private final SortedReadings readings;
    private final long[] epochs;
    private final long[] seqs;
    private final long[] takenAtMicros;
    private final long[] arrivedAtMicros;
    private final double[][] measures;
    private final OtherMeasures others = new OtherMeasures();

    private ReadingsParquet(DeviceType type, SortedReadings readings) {
        this.type = type;
        this.readings = readings;
        this.epochs = new long[readings.size()];
        this.seqs = new long[readings.size()];
        this.takenAtMicros = new long[readings.size()];
        this.arrivedAtMicros = new long[readings.size()];
        this.measures = new double[type.measures().size()][readings.size()];
        takeApart();
    }

    /// @param readings in any order, at least one
    static byte[] write(DeviceType type, List<Landed> readings, Map<String, String> metadata) throws IOException {
        return new ReadingsParquet(type, SortedReadings.of(readings)).write(metadata);
    }

    /// A reading is looked at once: they lie scattered in memory.
    private void takeApart() {
        for (double[] column : measures) {
            Arrays.fill(column, HOLE);
        }
        var places = new MeasurePlaces(type);
        for (int row = 0; row < readings.size(); row++) {
            Landed landed = readings.get(row);
            Reading reading = landed.reading();
            epochs[row] = reading.id().epoch();
            seqs[row] = reading.id().seq();
            takenAtMicros[row] = reading.takenAtMillis() * MICROS_PER_MILLI;
            arrivedAtMicros[row] = landed.arrivedAtMillis() * MICROS_PER_MILLI;
            Measures values = reading.values();
            int[] at = places.of(values);
            for (int i = 0; i < at.length; i++) {
                if (at[i] >= 0) {
                    measures[at[i]][row] = values.value(i);
                } else {
                    others.add(row, values.name(i), values.value(i));
                }
            }
        }
    }

    private byte[] write(Map<String, String> metadata) throws IOException {
        List<LakeLayout.Column> columns = LakeLayout.landingColumns(type);
        try (var file = new ParquetFile(columns, readings.size())) {
            int measure = 0;
            for (LakeLayout.Column column : columns) {
                switch (column.kind()) {
                    case TEXT -> file.sortedTexts(column, readings.things(), readings.thingOf());
                    case LONG, TIMESTAMP -> file.longs(column, numbers(column.name()));
                    case DOUBLE -> file.doubles(column, measures[measure++]);
                    case MEASURES -> file.map(column, others);
                    case LONGS, RANGES -> throw new IllegalArgumentException("no Parquet column of this kind: " + column);
                }
            }
            return file.finish(metadata);
        }
    }

    private long[] numbers(String column) {
        return switch (column) {
            case "epoch" -> epochs;
            case "seq" -> seqs;
            case "taken_at" -> takenAtMicros;
            case "arrived_at" -> arrivedAtMicros;
            default -> throw new IllegalArgumentException("no such number in a reading: " + column);
        };
    }
}
