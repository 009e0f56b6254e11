package dev.millrace.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// The truth file: one JSON object a line of what a perfect cloud would make of this fleet. `reading` lines say what
/// was taken and its fate (`accept`, or `quarantine` with the reason `out_of_range`); `injected` lines hold the bytes
/// of messages that belong into quarantine; each run ends with one `summary` line of that run.
///
/// It stays true through kill -9. A reading is written to the agent's journal first, then here, and its line has been
/// handed to the operating system ([#flush]) before the agent may send it. So a reading that is missing here was never
/// sent, is still in the journal, and [#complete] adds it at the next start. Only of an injected message whose PUBACK
/// came in the last moments the line may be missing.
final class Truth implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET).disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM).build();

    private final Path file;
    private final OutputStream out;

    private Truth(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /// Opens the file for appending; an unfinished last line goes.
    static Truth open(Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        if (Files.exists(file)) {
            cutUnfinishedLine(file);
        }
        return new Truth(file, new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), 1 << 16));
    }

    private static void cutUnfinishedLine(Path file) throws IOException {
        try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
            long end = raw.length();
            while (end > 0) {
                raw.seek(end - 1);
                if (raw.read() == '\n') {
                    break;
                }
                end--;
            }
            raw.setLength(end);
        }
    }

    /// Adds the readings that the file does not have yet.
    ///
    /// @return how many were added
    int complete(Collection<Reading> unacknowledged, DeviceType type) throws IOException {
        Map<ReadingId, Reading> missing = new LinkedHashMap<>();
        unacknowledged.forEach(reading -> missing.put(reading.id(), reading));
        if (!missing.isEmpty()) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line;
                while ((line = lines.readLine()) != null) {
                    ReadingId id = idOf(line);
                    if (id != null) {
                        missing.remove(id);
                    }
                }
            }
        }
        for (Reading reading : missing.values()) {
            reading(reading, type);
        }
        flush();
        return missing.size();
    }

    /// @return null if the line is of another kind
    private static ReadingId idOf(String line) throws IOException {
        String kind = "";
        String thing = "";
        long epoch = 0;
        long seq = 0;
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "kind" -> kind = json.getText();
                    case "thing" -> thing = json.getText();
                    case "epoch" -> epoch = json.getLongValue();
                    case "seq" -> seq = json.getLongValue();
                    default -> json.skipChildren();
                }
            }
        }
        return kind.equals("reading") ? new ReadingId(thing, epoch, seq) : null;
    }

    void reading(Reading reading, DeviceType type) throws IOException {
        boolean isPlausible = reading.measures().entrySet().stream()
                .allMatch(measure -> type.measure(measure.getKey()).map(known -> known.isPlausible(measure.getValue())).orElse(true));
        line(json -> {
            json.writeStringField("kind", "reading");
            json.writeStringField("thing", reading.id().thing());
            json.writeStringField("type", type.name());
            json.writeNumberField("epoch", reading.id().epoch());
            json.writeNumberField("seq", reading.id().seq());
            json.writeNumberField("ts", reading.takenAtMillis());
            json.writeObjectFieldStart("m");
            for (Map.Entry<String, Double> measure : reading.measures().entrySet()) {
                json.writeNumberField(measure.getKey(), measure.getValue());
            }
            json.writeEndObject();
            json.writeStringField("fate", isPlausible ? "accept" : "quarantine");
            if (!isPlausible) {
                json.writeStringField("reason", "out_of_range");
            }
        });
    }

    void injected(String thing, Injection.Reason reason, byte[] payload) throws IOException {
        line(json -> {
            json.writeStringField("kind", "injected");
            json.writeStringField("thing", thing);
            json.writeStringField("reason", reason.name());
            json.writeStringField("payload", Base64.getEncoder().encodeToString(payload));
        });
    }

    void summary(Totals totals) throws IOException {
        line(json -> {
            json.writeStringField("kind", "summary");
            json.writeNumberField("taken", totals.taken());
            json.writeNumberField("packs", totals.packs());
            json.writeNumberField("packs_resent", totals.packsResent());
            json.writeNumberField("readings_resent", totals.readingsResent());
            json.writeNumberField("packs_delayed", totals.packsDelayed());
            json.writeNumberField("packs_retried", totals.packsRetried());
            json.writeNumberField("injected", totals.injected());
            json.writeNumberField("unacknowledged", totals.unacknowledged());
        });
    }

    /// What was written so far now survives the end of this process.
    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    @FunctionalInterface
    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private void line(Members members) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        }
        out.write("\n".getBytes(StandardCharsets.UTF_8));
    }
}
