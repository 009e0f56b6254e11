package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A `PutRecords` request, read without a tree: this is the hot path of the whole local cloud.
///
/// @param stream name or ARN, as the client gave it
record PutRecordsCall(String stream, List<PutEntry> entries) {
    static final int ENTRIES_MAX = 500;
    static final int BYTES_MAX = 10 << 20;

    static PutRecordsCall read(Wire wire, byte[] body) throws IOException {
        String stream = "";
        List<PutEntry> entries = List.of();
        try (JsonParser in = wire.mapper().createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw KinesisError.validation("PutRecords: the request is not an object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                boolean absent = in.nextToken() == JsonToken.VALUE_NULL;
                switch (field) {
                    case "StreamName", "StreamARN" -> stream = absent ? stream : in.getText();
                    case "Records" -> entries = readEntries(in);
                    default -> throw KinesisError.notHere("PutRecords with " + field);
                }
            }
        }
        if (entries.isEmpty()) {
            throw KinesisError.validation("PutRecords: Records has 0 entries, not 1..%d".formatted(ENTRIES_MAX));
        }
        return new PutRecordsCall(stream, entries);
    }

    private static List<PutEntry> readEntries(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw KinesisError.validation("PutRecords: Records is not a list");
        }
        var entries = new ArrayList<PutEntry>();
        long bytes = 0;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            if (entries.size() == ENTRIES_MAX) {
                throw KinesisError.validation("PutRecords: Records has more than %d entries".formatted(ENTRIES_MAX));
            }
            PutEntry entry = PutEntry.read(in);
            entries.add(entry);
            bytes += entry.size();
            if (bytes > BYTES_MAX) {
                throw KinesisError.invalidArgument("PutRecords: records have more than %d bytes with their keys"
                        .formatted(BYTES_MAX));
            }
        }
        return entries;
    }
}
