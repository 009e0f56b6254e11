package dev.millrace.timestream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ThrottlingException;
import software.amazon.awssdk.services.timestreamwrite.model.ValidationException;

/// Timestream's rules of version and partial rejection, with the reasons as seen in the field.
final class FakeTimestream implements RecordsWriter {
    private static final ObjectMapper JSON = new ObjectMapper();
    final Map<String, JsonNode> rows = new ConcurrentHashMap<>();
    final AtomicInteger throttles = new AtomicInteger();
    /// A call with this reading is invalid as a whole.
    volatile String invalidSeq = "";
    private final long oldestNanos;

    FakeTimestream(long oldestMillis) {
        this.oldestNanos = oldestMillis * 1_000_000;
    }

    @Override
    public void write(byte[] body) {
        if (throttles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw ThrottlingException.builder().message("slow down").build();
        }
        JsonNode request = parsed(body);
        for (JsonNode record : request.get("Records")) {
            if (record.get("MeasureValues").get(1).get("Value").asText().equals(invalidSeq)) {
                throw ValidationException.builder().message("something is wrong with a record").build();
            }
        }
        if (request.get("Records").size() > 100) {
            throw new IllegalArgumentException("more than 100 records");
        }
        List<RejectedRecord> rejected = new ArrayList<>();
        for (int i = 0; i < request.get("Records").size(); i++) {
            ObjectNode record = request.get("CommonAttributes").deepCopy();
            ArrayNode dimensions = record.withArray("Dimensions");
            request.get("Records").get(i).get("Dimensions").forEach(dimension -> dimensions.insert(0, dimension));
            record.setAll((ObjectNode) request.get("Records").get(i));
            record.set("Dimensions", dimensions);
            reject(request.get("TableName").asText(), record, i, rejected);
        }
        if (!rejected.isEmpty()) {
            throw RejectedRecordsException.builder().message("One or more records have been rejected. See RejectedRecords for details.")
                    .rejectedRecords(rejected).build();
        }
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void reject(String table, JsonNode record, int index, List<RejectedRecord> rejected) {
        String key = table + record.get("Dimensions") + record.get("Time") + record.get("MeasureName");
        JsonNode stored = rows.get(key);
        if (record.get("Time").asLong() < oldestNanos) {
            rejected.add(RejectedRecord.builder().recordIndex(index).reason("The record timestamp is outside the time range [a, b) of the memory store.").build());
        } else if (stored == null || stored.equals(record) || version(stored) < version(record)) {
            rows.put(key, record);
        } else if (version(stored) > version(record)) {
            rejected.add(RejectedRecord.builder().recordIndex(index).existingVersion(version(stored))
                    .reason("The record version 2 is lower than the existing version 3. A higher version is required to update the measure value.").build());
        } else {
            rejected.add(RejectedRecord.builder().recordIndex(index)
                    .reason("A record already exists with the same time, dimensions, measure name, and record version.").build());
        }
    }

    private static long version(JsonNode record) {
        return record.path("Version").asLong(1);
    }
}
