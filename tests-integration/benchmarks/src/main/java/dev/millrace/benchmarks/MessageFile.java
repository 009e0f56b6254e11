package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.events.Names;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON lines, a message a line. What a record needs beside its payload is found in the payload: `device` is the
/// partition key, and the latest `ts` the arrival. A line that does not say is sent all the same, as if the thing of the
/// line before had sent it then.
final class MessageFile {
    /// Kinesis takes records of at most 1 MiB by default (Kinesis quotas).
    static final int LINE_BYTES_MAX = 1 << 20;
    /// The year 2255: a later `ts` is one that no clock shows, and no arrival.
    private static final long ARRIVAL_MAX = 9_007_199_254_740L;
    private static final JsonFactory JSON = new JsonFactory();

    private final List<Message> messages = new ArrayList<>();
    private String thing = "unknown-thing";
    private long arrivedAtMillis = 1_795_000_000_000L;

    private MessageFile() {
    }

    /// @throws IllegalArgumentException if a line is longer than a record may be, or there is none; names the file
    static List<Message> read(Path file) throws IOException {
        var messages = new MessageFile();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            messages.readLines(in);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
        return messages.messages;
    }

    private void readLines(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream(1 << 12);
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                add(line.toByteArray());
                line.reset();
            } else if (line.size() == LINE_BYTES_MAX) {
                throw new IllegalArgumentException("line %d is longer than a Kinesis record may be: %d bytes".formatted(messages.size() + 1, LINE_BYTES_MAX));
            } else {
                line.write(next);
            }
        }
        if (line.size() > 0) {
            add(line.toByteArray());
        }
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("no message in it: expected one JSON message a line");
        }
    }

    private void add(byte[] payload) {
        try {
            readHead(payload);
        } catch (IOException | IllegalArgumentException _) {
            // malformed: the function must say so, not the benchmark
        }
        messages.add(new Message(thing, arrivedAtMillis, payload));
    }

    private void readHead(byte[] payload) throws IOException {
        String device = null;
        long latest = -1;
        try (JsonParser json = JSON.createParser(payload)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && json.getParsingContext().getParent().inRoot() && "device".equals(json.currentName())) {
                    device = Names.requireThing(json.getText());
                } else if (token == JsonToken.VALUE_NUMBER_INT && "ts".equals(json.currentName())) {
                    latest = Math.max(latest, json.getLongValue());
                }
            }
        }
        if (device != null && latest >= 0 && latest <= ARRIVAL_MAX) {
            thing = device;
            arrivedAtMillis = latest;
        }
    }
}
