package dev.millrace.lake;

import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.LandedRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Readings of one type as the bytes of a Parquet file: one row group, zstd, sorted by thing and time. Written column by
/// column from arrays of numbers; Parquet's own library writes row by row, and stands in the tests as the reference.
final class ReadingsParquet {
    private static final long MICROS_PER_MILLI = 1_000;

    private final LandedRows rows;
    private final RowOrder order;
    /// Of the column at hand, in the order of the file.
    private final long[] longs;
    private final double[] doubles;

    private ReadingsParquet(LandedRows rows) {
        this.rows = rows;
        this.order = RowOrder.of(rows);
        this.longs = new long[rows.size()];
        this.doubles = new double[rows.size()];
    }

    /// @param rows in any order, at least one
    static byte[] write(LandedRows rows, Map<String, String> metadata) throws IOException {
        return new ReadingsParquet(rows).write(metadata);
    }

    private byte[] write(Map<String, String> metadata) throws IOException {
        List<LakeLayout.Column> columns = LakeLayout.landingColumns(rows.type());
        try (var file = new ParquetFile(columns, rows.size())) {
            int measure = 0;
            for (LakeLayout.Column column : columns) {
                switch (column.kind()) {
                    case TEXT -> file.sortedTexts(column, order.things(), order.thingOf());
                    case LONG, TIMESTAMP -> {
                        gather(column.name());
                        file.longs(column, longs);
                    }
                    case DOUBLE -> {
                        gather(measure++);
                        file.doubles(column, doubles);
                    }
                    case MEASURES -> file.map(column, OtherMeasures.of(rows, order));
                    case LONGS, RANGES -> throw new IllegalArgumentException("no Parquet column of this kind: " + column);
                }
            }
            return file.finish(metadata);
        }
    }

    private void gather(String column) {
        int[] from = order.rows();
        switch (column) {
            case "epoch" -> {
                for (int row = 0; row < from.length; row++) {
                    longs[row] = rows.epoch(from[row]);
                }
            }
            case "seq" -> {
                for (int row = 0; row < from.length; row++) {
                    longs[row] = rows.seq(from[row]);
                }
            }
            case "taken_at" -> {
                for (int row = 0; row < from.length; row++) {
                    longs[row] = rows.takenAtMillis(from[row]) * MICROS_PER_MILLI;
                }
            }
            case "arrived_at" -> {
                for (int row = 0; row < from.length; row++) {
                    longs[row] = rows.arrivedAtMillis(from[row]) * MICROS_PER_MILLI;
                }
            }
            default -> throw new IllegalArgumentException("no such number in a reading: " + column);
        }
    }

    private void gather(int measure) {
        int[] from = order.rows();
        for (int row = 0; row < from.length; row++) {
            doubles[row] = rows.measure(measure, from[row]);
        }
    }
}
