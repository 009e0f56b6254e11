package dev.millrace.compact;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ColumnReaders;
import dev.hardwood.reader.FilterPredicate;
import dev.hardwood.reader.LayerKind;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import dev.millrace.events.DeviceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The rows of a Parquet file of readings, landed or in the table, in the order in which they stand. Read by another
/// library than the one that wrote them.
///
/// A measure whose column the file does not have is missing in its rows: the file is older than the measure.
final class ParquetRows implements RowCursor {
    private static final int BATCH_ROWS = 4_096;
    private static final String OTHERS = "other_measures";
    private static final List<String> IDENTITY = List.of("thing", "epoch", "seq", "taken_at", "arrived_at");

    private final String name;
    private final ParquetFileReader file;
    private final ColumnReaders columns;
    private final Rows.Scratch scratch;
    private final Column thing;
    private final Column epoch;
    private final Column seq;
    private final Column takenAt;
    private final Column arrivedAt;
    private final List<Column> measures = new ArrayList<>();
    private final Others others;
    private int next;
    private int count;

    /// @param name of the file in errors
    /// @throws IOException if the file cannot be read, is no Parquet, or has not the columns of readings of this type
    ParquetRows(String name, InputFile input, Rows rows, HardwoodContext context) throws IOException {
        this(name, input, rows, context, null);
    }

    /// @param filter which rows are read; null for all
    ParquetRows(String name, InputFile input, Rows rows, HardwoodContext context, FilterPredicate filter) throws IOException {
        this.name = name;
        this.scratch = rows.new Scratch();
        this.file = open(name, input, context);
        try {
            Set<String> inFile = requireColumns(rows.type());
            ParquetFileReader.ColumnReadersBuilder builder = file.buildColumnReaders(ColumnProjection.all()).batchSize(BATCH_ROWS);
            columns = (filter == null ? builder : builder.filter(filter)).build();
            thing = new Column(columns.getColumnReader("thing"), -1);
            epoch = new Column(columns.getColumnReader("epoch"), -1);
            seq = new Column(columns.getColumnReader("seq"), -1);
            takenAt = new Column(columns.getColumnReader("taken_at"), -1);
            arrivedAt = new Column(columns.getColumnReader("arrived_at"), -1);
            for (int index = 0; index < rows.type().measures().size(); index++) {
                String measure = rows.type().measures().get(index).name();
                if (inFile.contains(measure)) {
                    measures.add(new Column(columns.getColumnReader(measure), index));
                }
            }
            others = new Others(columns.getColumnReader(OTHERS + ".key_value.key"), columns.getColumnReader(OTHERS + ".key_value.value"));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static ParquetFileReader open(String name, InputFile input, HardwoodContext context) throws IOException {
        try {
            return ParquetFileReader.open(input, context);
        } catch (IOException | RuntimeException e) {
            throw new IOException("%s is not a Parquet file: %s".formatted(name, e.getMessage()), e);
        }
    }

    private Set<String> requireColumns(DeviceType type) throws IOException {
        Set<String> found = new HashSet<>();
        for (ColumnSchema column : file.getFileSchema().getColumns()) {
            found.add(column.fieldPath().topLevelName());
        }
        for (String required : IDENTITY) {
            if (!found.contains(required)) {
                throw new IOException("%s has no column %s: it has %s".formatted(name, required, found));
            }
        }
        for (String column : found) {
            if (!IDENTITY.contains(column) && !column.equals(OTHERS) && type.measure(column).isEmpty()) {
                throw new IOException("%s has a column %s that device type %s does not know: it was written by a newer release".formatted(name, column, type.name()));
            }
        }
        return found;
    }

    /// A flat column and the values of its current batch.
    private static final class Column {
        private final ColumnReader reader;
        private final int index;
        private long[] longs;
        private double[] doubles;
        private byte[] bytes;
        private int[] offsets;
        private Validity validity;

        Column(ColumnReader reader, int index) {
            this.reader = reader;
            this.index = index;
        }

        void nextBatch() {
            switch (reader.getColumnSchema().type()) {
                case INT64 -> longs = reader.getLongs();
                case DOUBLE -> doubles = reader.getDoubles();
                case BYTE_ARRAY -> {
                    bytes = reader.getBinaryValues();
                    offsets = reader.getBinaryOffsets();
                }
                default -> throw new IllegalArgumentException("column %s is %s".formatted(reader.getColumnSchema().name(), reader.getColumnSchema().type()));
            }
            validity = reader.getLeafValidity();
        }
    }

    /// The map of other measures: two columns with the offsets of each row's entries.
    private static final class Others {
        private final ColumnReader names;
        private final ColumnReader values;
        private byte[] nameBytes;
        private int[] nameOffsets;
        private double[] numbers;
        private int[] entries;
        private boolean isEmpty;

        Others(ColumnReader names, ColumnReader values) {
            this.names = names;
            this.values = values;
        }

        void nextBatch() {
            isEmpty = names.getValueCount() == 0;
            if (!isEmpty) {
                entries = names.getLayerOffsets(repeatedLayer());
                nameBytes = names.getBinaryValues();
                nameOffsets = names.getBinaryOffsets();
                numbers = values.getDoubles();
            }
        }

        private int repeatedLayer() {
            for (int layer = 0; layer < names.getLayerCount(); layer++) {
                if (names.getLayerKind(layer) == LayerKind.REPEATED) {
                    return layer;
                }
            }
            throw new IllegalStateException("column %s does not repeat".formatted(names.getColumnSchema().name()));
        }

        void copy(int row, Rows.Scratch into) {
            if (isEmpty || entries[row] == entries[row + 1]) {
                into.others(0);
                return;
            }
            int first = entries[row];
            int size = entries[row + 1] - first;
            into.others(size);
            for (int entry : sorted(first, size)) {
                into.other(nameBytes, nameOffsets[entry], nameOffsets[entry + 1] - nameOffsets[entry], numbers[entry]);
            }
        }

        /// The writer has sorted them; that rows compare as bytes must not depend on it.
        private int[] sorted(int first, int size) {
            Integer[] order = new Integer[size];
            Arrays.setAll(order, i -> first + i);
            Arrays.sort(order, (a, b) -> Arrays.compareUnsigned(nameBytes, nameOffsets[a], nameOffsets[a + 1], nameBytes, nameOffsets[b], nameOffsets[b + 1]));
            return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        }
    }

    @Override
    public boolean next() throws IOException {
        if (next == count && !nextBatch()) {
            return false;
        }
        if (epoch.longs[next] < 1 || seq.longs[next] < 1 || takenAt.longs[next] < 0 || arrivedAt.longs[next] < 0) {
            throw new IOException("%s holds a row that is no reading: epoch %d, seq %d, taken at %d, arrived at %d".formatted(
                    name, epoch.longs[next], seq.longs[next], takenAt.longs[next], arrivedAt.longs[next]));
        }
        scratch.begin(thing.bytes, thing.offsets[next], thing.offsets[next + 1] - thing.offsets[next], takenAt.longs[next], epoch.longs[next],
                seq.longs[next], arrivedAt.longs[next]);
        for (Column measure : measures) {
            if (measure.validity.isNotNull(next)) {
                scratch.measure(measure.index, measure.doubles[next]);
            }
        }
        others.copy(next, scratch);
        scratch.finish();
        next++;
        return true;
    }

    private boolean nextBatch() throws IOException {
        try {
            if (!columns.nextBatch()) {
                return false;
            }
            thing.nextBatch();
            epoch.nextBatch();
            seq.nextBatch();
            takenAt.nextBatch();
            arrivedAt.nextBatch();
            measures.forEach(Column::nextBatch);
            others.nextBatch();
        } catch (RuntimeException e) {
            throw new IOException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
        next = 0;
        count = columns.getRecordCount();
        return count > 0;
    }

    @Override
    public byte[] bytes() {
        return scratch.bytes();
    }

    @Override
    public int at() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        columns.close();
        file.close();
    }
}
