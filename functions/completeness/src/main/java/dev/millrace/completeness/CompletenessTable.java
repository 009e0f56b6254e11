package dev.millrace.completeness;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// The object of a day in the table `completeness`: a line of JSON for each thing, in gzip. The key names the day and nothing
/// else, so each run of a day replaces what the one before wrote, and what stays is how things stood at the end of the day.
public final class CompletenessTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "/things.jsonl.gz";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator json;

    /// A table without rows.
    public CompletenessTable() {
        try {
            json = new JsonFactory().createGenerator(new GZIPOutputStream(bytes)).setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the object of a day lies.
    ///
    /// @param asOf an instant of the day, UTC
    public static String key(Instant asOf) {
        return LakeLayout.COMPLETENESS_PREFIX + LakeLayout.COMPLETENESS_DAY + "=" + LocalDate.ofInstant(asOf, ZoneOffset.UTC) + NAME;
    }

    public void add(CompletenessRow row) {
        try {
            row.write(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The object. No row can be added any more.
    public byte[] close() {
        try {
            json.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads an object back.
    ///
    /// @throws IOException if it is none
    public static List<CompletenessRow> read(byte[] object) throws IOException {
        List<CompletenessRow> rows = new ArrayList<>();
        try (MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class)
                .readValues(new GZIPInputStream(new ByteArrayInputStream(object)))) {
            while (lines.hasNext()) {
                rows.add(CompletenessRow.read(lines.next()));
            }
        } catch (DateTimeException e) {
            throw new IOException("as_of is no instant: " + e.getMessage(), e);
        }
        return rows;
    }
}
