package dev.millrace.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.millrace.agent.SeqRange;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/// The truth file: one JSON object a line of what a perfect cloud would make of this fleet. `reading` lines say what
/// was taken and its fate (`accept`, or `quarantine` with the reason `out_of_range`); `injected` lines hold the bytes
/// of messages that belong into quarantine; `lost` lines name readings that went with a device's disk before they were
/// acknowledged, so that the cloud may have them or not; each run ends with one `summary` line of that run.
///
/// Compressed with gzip, some 30 bytes a reading: `zcat` shows it. Its lines can be read while it grows, but only a
/// run that ended by itself leaves a whole gzip file.
///
/// It stays true through kill -9. A reading is written to the agent's journal first, then here, and its line has been
/// handed to the operating system ([#flush]) before the agent may send it. So a reading that is missing here was never
/// sent, is still in the journal, and [#complete] adds it at the next start. Only of an injected message whose PUBACK
/// came in the last moments the line may be missing.
final class Truth implements AutoCloseable {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET).disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM).build();
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final Map<Stream, Long> lastSeqs;
    private boolean isDirty;

    /// A thing's readings of one epoch: their seqs grow from line to line.
    private record Stream(String thing, long epoch) {
        static Stream of(ReadingId id) {
            return new Stream(id.thing(), id.epoch());
        }
    }

    private Truth(OutputStream out, Map<Stream, Long> lastSeqs) {
        this.out = out;
        this.lastSeqs = lastSeqs;
    }

    /// Opens the file and goes on after its last whole line.
    static Truth open(Path file) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        // What a killed run left cannot be appended to, so it is written anew, and takes the old one's place when it is whole.
        Path next = file.resolveSibling(file.getFileName() + ".next");
        OutputStream out = new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(next), BUFFER_BYTES, true), BUFFER_BYTES);
        try {
            Map<Stream, Long> lastSeqs = Files.exists(file) ? copy(file, out) : new HashMap<>();
            out.flush();
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            return new Truth(out, lastSeqs);
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    /// Copies the whole lines.
    ///
    /// @return the last seq of each thing and epoch in them
    private static Map<Stream, Long> copy(Path file, OutputStream out) throws IOException {
        Map<Stream, Long> lastSeqs = new HashMap<>();
        var line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES), BUFFER_BYTES)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.write(next);
                if (next == '\n') {
                    line.writeTo(out);
                    idOf(line.toByteArray()).ifPresent(id -> lastSeqs.put(Stream.of(id), id.seq()));
                    line.reset();
                }
            }
        } catch (EOFException _) {
            // the run was killed
        } catch (ZipException e) {
            throw new IOException("truth file %s: expected JSON lines in gzip, or no file: %s".formatted(file, e.getMessage()), e);
        }
        return lastSeqs;
    }

    /// Adds the readings that the file does not have yet.
    ///
    /// @param recovered hands over the readings that are not acknowledged, those of each epoch in the order of taking
    void complete(Consumer<Consumer<Reading>> recovered, DeviceType type) throws IOException {
        try {
            recovered.accept(reading -> {
                if (reading.id().seq() > lastSeqs.getOrDefault(Stream.of(reading.id()), 0L)) {
                    try {
                        reading(reading, type);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        flush();
    }

    /// @return empty if the line is of another kind
    private static Optional<ReadingId> idOf(byte[] line) throws IOException {
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
        return kind.equals("reading") ? Optional.of(new ReadingId(thing, epoch, seq)) : Optional.empty();
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

    /// These readings are in no journal any more, and the cloud may have some of them.
    void lost(String thing, long epoch, List<SeqRange> seqs) throws IOException {
        line(json -> {
            json.writeStringField("kind", "lost");
            json.writeStringField("thing", thing);
            json.writeNumberField("epoch", epoch);
            json.writeArrayFieldStart("seqs");
            for (SeqRange range : seqs) {
                json.writeArray(new long[]{range.first(), range.last()}, 0, 2);
            }
            json.writeEndArray();
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
        // Each flush costs some bytes of the compressed form.
        if (isDirty) {
            out.flush();
            isDirty = false;
        }
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
        out.write('\n');
        isDirty = true;
    }
}
