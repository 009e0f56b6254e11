package dev.millrace.compact;

import dev.hardwood.HardwoodContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/// Writes rows in order as files of a table: one after another, none with rows of two days, none much larger than the
/// target. What was written can be read back, and deleted as long as no commit names it.
final class TableFiles implements AutoCloseable {
    private final Table table;
    private final Rows rows;
    private final MessageType schema;
    private final long targetBytes;
    private final List<DataFile> finished = new ArrayList<>();
    private final List<String> locations = new ArrayList<>();
    private RowsWriter writer;
    private PartitionKey partition;
    private int day;

    TableFiles(ReadingsTable table, long targetBytes) {
        this.table = table.table();
        this.rows = table.rows();
        this.schema = ParquetSchemaUtil.convert(this.table.schema(), "readings");
        this.targetBytes = targetBytes;
    }

    /// Writes the cursor's current row.
    void write(RowCursor row) throws IOException {
        int rowDay = Rows.day(row.bytes(), row.at());
        if (writer != null && (rowDay != day || writer.bytes() >= targetBytes)) {
            finishFile();
        }
        if (writer == null) {
            day = rowDay;
            partition = new PartitionKey(table.spec(), table.schema());
            partition.set(0, day);
            String location = table.locationProvider().newDataLocation(table.spec(), partition, UUID.randomUUID() + ".parquet");
            locations.add(location);
            writer = new RowsWriter(table.io().newOutputFile(location), rows, schema);
        }
        writer.write(row);
    }

    private void finishFile() throws IOException {
        writer.close();
        ParquetMetadata footer = writer.footer();
        writer = null;
        String location = locations.getLast();
        // without offsets to split it at: Trino would make a split of each row group, and read the whole footer for each
        finished.add(DataFiles.builder(table.spec())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withPartition(partition)
                .withFileSizeInBytes(table.io().newInputFile(location).getLength())
                .withMetrics(ParquetUtil.footerMetrics(footer, Stream.empty(), MetricsConfig.forTable(table)))
                .withSortOrder(table.sortOrder())
                .build());
    }

    /// Ends the last file.
    List<DataFile> finish() throws IOException {
        if (writer != null) {
            finishFile();
        }
        return List.copyOf(finished);
    }

    /// Reads the finished files from where they are stored, with another library than the one that wrote them.
    ///
    /// @throws ProofFailed if a file's rows are not in order or not of its day
    Content readBack(HardwoodContext context) throws IOException {
        var count = new Content.Count();
        for (DataFile file : finished) {
            try (var stored = new ParquetRows(file.location(), new FileIoInput(table.io(), file.location(), file.fileSizeInBytes()), rows, context)) {
                int expectedDay = file.partition().get(0, Integer.class);
                byte[] before = null;
                while (stored.next()) {
                    byte[] row = stored.bytes();
                    if (Rows.day(row, 0) != expectedDay || (before != null && Rows.compare(before, 0, row, 0) > 0)) {
                        throw new ProofFailed("%s holds a row of %s at %d that is out of place".formatted(file.location(), Rows.thing(row, 0), Rows.takenAtMicros(row, 0)));
                    }
                    count.add(row, 0);
                    if (before == null || before.length < row.length) {
                        before = new byte[row.length];
                    }
                    System.arraycopy(row, 0, before, 0, Rows.length(row, 0));
                }
            }
        }
        return count.content();
    }

    /// Deletes what was written; only for files that no commit can name.
    void delete() {
        for (String location : locations) {
            try {
                table.io().deleteFile(location);
            } catch (RuntimeException _) {
                // housekeeping finds it
            }
        }
    }

    /// Gives up a file that is half written.
    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
