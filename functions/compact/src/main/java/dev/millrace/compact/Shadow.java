package dev.millrace.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.pipeline.Pane;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.schema.MessageType;

/// What a replay makes, beside what is stored: the readings as Parquet with the columns of the table, and as JSON lines the
/// panes and all that differs. A file that has nothing in it is not made.
final class Shadow implements AutoCloseable {
    private final FileIO io;
    private final String location;
    private final Rows rows;
    private final MessageType schema;
    private final boolean isWritten;
    private int files;
    private RowsWriter readings;
    private Writer panes;
    private Writer differences;

    /// @param location  a prefix, as `s3://lake-bucket/replay/…/truck/`; nothing may lie there
    /// @param isWritten false for a look that was taken before, and is taken again to see that nothing is left
    Shadow(FileIO io, String location, Rows rows, boolean isWritten) {
        this.io = requireNonNull(io, "io is null");
        this.location = requireNonNull(location, "location is null");
        this.rows = requireNonNull(rows, "rows is null");
        this.isWritten = isWritten;
        this.schema = ParquetSchemaUtil.convert(ReadingsTable.schema(rows.type()), "readings");
    }

    String location() {
        return location;
    }

    /// Writes the cursor's current row; rows come in order until [#endFile].
    void reading(RowCursor row) throws IOException {
        if (!isWritten) {
            return;
        }
        if (readings == null) {
            readings = new RowsWriter(io.newOutputFile("%sreadings-%05d.parquet".formatted(location, files++)), rows, schema);
        }
        readings.write(row);
    }

    /// The next reading may come before the last one.
    void endFile() throws IOException {
        if (readings != null) {
            readings.close();
            readings = null;
        }
    }

    void pane(String thing, Pane pane) {
        if (!isWritten) {
            return;
        }
        ObjectNode line = Request.JSON.createObjectNode()
                .put("thing", thing)
                .put("type", pane.key().type())
                .put("start", pane.key().startMillis())
                .put("length", pane.key().lengthMillis())
                .put("readings", pane.readings());
        ObjectNode measures = line.putObject("measures");
        pane.measures().forEach((name, aggregate) -> measures.putObject(name)
                .put("count", aggregate.count()).put("sum", aggregate.sum()).put("sum_of_squares", aggregate.squares())
                .put("min", aggregate.min()).put("max", aggregate.max()).put("first", aggregate.first()).put("last", aggregate.last()));
        panes = write(panes, "panes.jsonl.gz", line);
    }

    void difference(Difference difference) {
        if (isWritten) {
            differences = write(differences, "differences.jsonl.gz", difference.json());
        }
    }

    private Writer write(Writer open, String name, JsonNode line) {
        try {
            Writer writer = open == null ? open(name) : open;
            writer.write(line.toString());
            writer.write('\n');
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException("%s%s cannot be written: %s".formatted(location, name, e.getMessage()), e);
        }
    }

    private Writer open(String name) throws IOException {
        return new BufferedWriter(new OutputStreamWriter(new GZIPOutputStream(io.newOutputFile(location + name).create()), UTF_8));
    }

    @Override
    public void close() throws IOException {
        endFile();
        for (Writer writer : new Writer[] {panes, differences}) {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
