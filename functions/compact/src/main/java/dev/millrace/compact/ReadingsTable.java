package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.hardwood.HardwoodContext;
import dev.hardwood.reader.FilterPredicate;
import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/// The Iceberg table of one device type: `<type>_readings`, partitioned by day of measurement, sorted by thing and time.
///
/// With each commit of ours the table names the file of its [LakeState], in the snapshot and in its properties. Other
/// engines may commit in between (Athena's OPTIMIZE, say): the state is then that of the last snapshot that names one. So
/// a table that was rolled back to an older snapshot has the state of that one.
final class ReadingsTable {
    /// In the summary of a snapshot and in the table's properties: the location of the state.
    static final String STATE = "millrace.state";
    private static final int ATTEMPTS = 5;
    private static final Map<String, String> PROPERTIES = Map.of(
            "format-version", "2",
            "write.format.default", "parquet",
            "write.parquet.compression-codec", "zstd",
            // old metadata files are deleted with each commit, past a hundred
            "write.metadata.delete-after-commit.enabled", "true",
            "write.metadata.previous-versions-max", "100",
            "commit.retry.num-retries", "10");

    private final Table table;
    private final Rows rows;
    private final String stateLocation;

    private ReadingsTable(Table table, DeviceType type, String stateLocation) {
        this.table = table;
        this.rows = new Rows(type);
        this.stateLocation = stateLocation;
    }

    /// A state and the file it is in, empty if the table has none yet.
    record Stored(LakeState state, String file) {
    }

    /// Opens the table of a type; makes it if it is not there, and gives it the columns that it lacks.
    ///
    /// @param bucket as `s3://lake-bucket/`
    /// @throws IllegalStateException if a column of the table has another kind than the type's
    static ReadingsTable open(Catalog catalog, String database, DeviceType type, String bucket) {
        requireNonNull(catalog, "catalog is null");
        TableIdentifier name = TableIdentifier.of(database, LakeLayout.readingsTable(type));
        Table table = catalog.tableExists(name) ? catalog.loadTable(name) : create(catalog, name, type, bucket);
        addMissingColumns(table, type);
        return new ReadingsTable(table, type, stateLocation(bucket, type));
    }

    private static String stateLocation(String bucket, DeviceType type) {
        return bucket + LakeLayout.READINGS_STATE_PREFIX + type.name() + "/";
    }

    /// Opens the table of a type as it is. Columns that it lacks are missing in all its rows.
    ///
    /// @throws IllegalArgumentException if there is none
    static ReadingsTable existing(Catalog catalog, String database, DeviceType type, String bucket) {
        TableIdentifier name = TableIdentifier.of(database, LakeLayout.readingsTable(type));
        if (!catalog.tableExists(name)) {
            throw new IllegalArgumentException("there is no table %s".formatted(name));
        }
        return new ReadingsTable(catalog.loadTable(name), type, stateLocation(bucket, type));
    }

    private static Table create(Catalog catalog, TableIdentifier name, DeviceType type, String bucket) {
        Schema schema = schema(type);
        try {
            return catalog.buildTable(name, schema)
                    .withLocation(bucket + LakeLayout.READINGS_PREFIX + type.name())
                    .withPartitionSpec(PartitionSpec.builderFor(schema).day("taken_at").build())
                    .withSortOrder(SortOrder.builderFor(schema).asc("thing").asc("taken_at").build())
                    .withProperties(PROPERTIES)
                    .create();
        } catch (AlreadyExistsException e) {
            return catalog.loadTable(name);
        }
    }

    static Schema schema(DeviceType type) {
        List<Types.NestedField> fields = new ArrayList<>();
        int id = 1;
        for (LakeLayout.Column column : LakeLayout.landingColumns(type)) {
            Type kind = icebergType(column.kind(), 100_000 + id);
            fields.add(column.nullable() ? Types.NestedField.optional(id, column.name(), kind) : Types.NestedField.required(id, column.name(), kind));
            id++;
        }
        return new Schema(fields);
    }

    /// @param id of nested fields; the catalog numbers all anew
    private static Type icebergType(LakeLayout.Kind kind, int id) {
        return switch (kind) {
            case TEXT -> Types.StringType.get();
            case LONG -> Types.LongType.get();
            case TIMESTAMP -> Types.TimestampType.withZone();
            case DOUBLE -> Types.DoubleType.get();
            case MEASURES -> Types.MapType.ofOptional(id, id + 100_000, Types.StringType.get(), Types.DoubleType.get());
            case LONGS, RANGES -> throw new IllegalArgumentException("no column of a table of readings is " + kind);
        };
    }

    private static void addMissingColumns(Table table, DeviceType type) {
        for (int attempt = 1;; attempt++) {
            UpdateSchema update = table.updateSchema();
            boolean isComplete = true;
            for (LakeLayout.Column column : LakeLayout.landingColumns(type)) {
                Type wanted = icebergType(column.kind(), 1);
                Types.NestedField found = table.schema().findField(column.name());
                if (found == null) {
                    update.addColumn(column.name(), wanted);
                    isComplete = false;
                } else if (found.type().typeId() != wanted.typeId()) {
                    throw new IllegalStateException("table %s has column %s of type %s, expected %s".formatted(table.name(), column.name(), found.type(), wanted));
                }
            }
            if (isComplete) {
                return;
            }
            try {
                update.commit();
                return;
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                table.refresh();
            }
        }
    }

    Table table() {
        return table;
    }

    Rows rows() {
        return rows;
    }

    FileIO io() {
        return table.io();
    }

    String stateLocation() {
        return stateLocation;
    }

    /// A file of the table, none of whose rows were deleted apart from it.
    ///
    /// @throws IOException if there are such rows: only an engine that applies deletes may read them
    private static DataFile whole(FileScanTask task) throws IOException {
        if (!task.deletes().isEmpty()) {
            throw new IOException("%s has rows that were deleted by another engine: what the table holds cannot be told from it".formatted(task.file().location()));
        }
        return task.file();
    }

    /// The files in which rows may be for which this holds.
    List<DataFile> files(Expression filter) throws IOException {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().filter(filter).planFiles()) {
            for (FileScanTask task : tasks) {
                files.add(whole(task).copyWithoutStats());
            }
        }
        return files;
    }

    /// The files with readings of a day of measurement, of things by their names from one to another.
    ///
    /// @param day since 1970
    List<DataFile> files(long day, String firstThing, String lastThing) throws IOException {
        long fromMicros = day * Rows.MICROS_A_DAY;
        return files(Expressions.and(
                Expressions.and(Expressions.greaterThanOrEqual("taken_at", fromMicros), Expressions.lessThan("taken_at", fromMicros + Rows.MICROS_A_DAY)),
                ofThings(firstThing, lastThing)));
    }

    static Expression ofThings(String first, String last) {
        return Expressions.and(Expressions.greaterThanOrEqual("thing", first), Expressions.lessThanOrEqual("thing", last));
    }

    /// The rows of these files as a cursor for each, to be merged.
    ///
    /// @param filter which rows are read; null for all
    List<RowCursor> open(List<DataFile> files, HardwoodContext context, FilterPredicate filter) throws IOException {
        List<RowCursor> cursors = new ArrayList<>();
        try {
            for (DataFile file : files) {
                cursors.add(new ParquetRows(file.location(), new FileIoInput(io(), file.location(), file.fileSizeInBytes()), rows, context, filter));
            }
            return cursors;
        } catch (IOException | RuntimeException e) {
            for (RowCursor cursor : cursors) {
                cursor.close();
            }
            throw e;
        }
    }

    /// The rows of a day of measurement, of things by their names from one to another, in order. Of a table that another
    /// commit changes meanwhile these are the rows as of the last [#load].
    RowCursor ofDay(long day, String firstThing, String lastThing, HardwoodContext context) throws IOException {
        return new RowMerge(open(files(day, firstThing, lastThing), context, inThings(firstThing, lastThing)));
    }

    static FilterPredicate inThings(String first, String last) {
        return FilterPredicate.and(FilterPredicate.gtEq("thing", first), FilterPredicate.ltEq("thing", last));
    }

    private TableOperations operations() {
        return ((HasTableOperations) table).operations();
    }

    /// The state that belongs to the current snapshot.
    ///
    /// @throws IOException if its file cannot be read
    Stored load() throws IOException {
        Optional<String> file = stateFile(operations().refresh());
        if (file.isEmpty()) {
            return new Stored(new LakeState(), "");
        }
        try (InputStream in = io().newInputFile(file.get()).newStream()) {
            return new Stored(LakeStateCodec.decode(file.get(), in.readAllBytes()), file.get());
        }
    }

    /// Where a table's state is.
    static Optional<String> stateFile(TableMetadata metadata) {
        Snapshot snapshot = metadata.currentSnapshot();
        while (snapshot != null) {
            String state = snapshot.summary().get(STATE);
            if (state != null) {
                return Optional.of(state);
            }
            snapshot = snapshot.parentId() == null ? null : metadata.snapshot(snapshot.parentId());
        }
        return Optional.ofNullable(metadata.property(STATE, null));
    }

    /// Writes a state; nobody knows of it until it is committed.
    ///
    /// @return its file
    String write(LakeState state) throws IOException {
        String file = "%s%012d-%s.state".formatted(stateLocation, state.generation(), UUID.randomUUID());
        try (OutputStream out = io().newOutputFile(file).create()) {
            out.write(LakeStateCodec.encode(state));
        }
        return file;
    }

    /// Commits changes and a state together, if the table's state is still the one that they were prepared from.
    ///
    /// @param before  the file of that state
    /// @param after   the file of the new state
    /// @param changes must name the new state in the snapshot that they make
    /// @throws CommittedElsewhere if another run was there first
    void commit(String before, String after, Consumer<Transaction> changes) {
        Transaction transaction = Transactions.newTransaction(table.name(), new GuardedOperations(operations(), table.name(), before));
        changes.accept(transaction);
        transaction.updateProperties().set(STATE, after).commit();
        transaction.commitTransaction();
        table.refresh();
    }
}
