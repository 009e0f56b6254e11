package dev.millrace.kinesis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.StreamRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// The event of a Kinesis event source mapping, and its answer (AWS Lambda developer guide, "Using Lambda to process
/// records from Amazon Kinesis Data Streams" and "Configuring partial batch response").
public final class KinesisEvent {
    /// A record's data in base64: Lambda's payload limit is 6 MB, so no string is longer.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(8 << 20).build())
            .build();

    private KinesisEvent() {
    }

    /// Reads the event. All its records are of one shard: that is how Lambda cuts batches.
    ///
    /// @throws IllegalArgumentException if it is not the event of a Kinesis mapping; the message names what is missing
    public static Batch read(InputStream event) throws IOException {
        byte[] bytes = event.readAllBytes();
        Batch batch = EventWalk.read(bytes);
        return batch == null ? readStrictly(bytes) : batch;
    }

    /// The reference: reads everything, and says what is wrong.
    static Batch readStrictly(byte[] event) throws IOException {
        try (JsonParser json = JSON.createParser(event)) {
            List<StreamRecord> records = new ArrayList<>();
            String shard = null;
            expect(json.nextToken(), JsonToken.START_OBJECT, "event");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                if (!member.equals("Records")) {
                    json.skipChildren();
                    continue;
                }
                expect(json.currentToken(), JsonToken.START_ARRAY, "Records");
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    var record = new RecordMembers();
                    record.read(json);
                    String recordShard = record.shard();
                    if (shard != null && !shard.equals(recordShard)) {
                        throw new IllegalArgumentException("event holds records of %s and %s".formatted(shard, recordShard));
                    }
                    shard = recordShard;
                    records.add(record.toRecord());
                }
            }
            if (shard == null) {
                throw new IllegalArgumentException("event has no Records: is the function invoked by a Kinesis mapping?");
            }
            return new Batch(shard, records);
        }
    }

    /// Writes a batch as the event in which Lambda would bring it, with what [#read] needs: so a batch that another reader of the
    /// stream gave up lies in the failures bucket as Lambda lays it down.
    public static void write(Batch batch, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("Records");
            for (StreamRecord record : batch.records()) {
                json.writeStartObject();
                json.writeObjectFieldStart("kinesis");
                json.writeStringField("kinesisSchemaVersion", "1.0");
                json.writeStringField("partitionKey", record.partitionKey());
                json.writeStringField("sequenceNumber", record.sequenceNumber());
                json.writeBinaryField("data", record.payload());
                json.writeNumberField("approximateArrivalTimestamp", BigDecimal.valueOf(record.arrivedAtMillis(), 3));
                json.writeEndObject();
                json.writeStringField("eventSource", "aws:kinesis");
                json.writeStringField("eventID", batch.shard() + ":" + record.sequenceNumber());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /// Writes the answer that ReportBatchItemFailures expects: the lowest failed sequence number, from which Lambda
    /// delivers again, or no failure.
    public static void answer(Fate fate, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("batchItemFailures");
            switch (fate) {
                case Fate.Settled() -> {
                }
                case Fate.RetryFrom(String sequenceNumber, String _) -> {
                    json.writeStartObject();
                    json.writeStringField("itemIdentifier", sequenceNumber);
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void expect(JsonToken found, JsonToken expected, String where) {
        if (found != expected) {
            throw new IllegalArgumentException("%s must be %s: %s".formatted(where, expected, found));
        }
    }

    private static final class RecordMembers {
        private String eventId;
        private String partitionKey;
        private String sequenceNumber;
        private byte[] data;
        private double arrivedAtSeconds = Double.NaN;

        void read(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "eventID" -> eventId = json.getText();
                    case "kinesis" -> readKinesis(json);
                    default -> json.skipChildren();
                }
            }
        }

        private void readKinesis(JsonParser json) throws IOException {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "partitionKey" -> partitionKey = json.getText();
                    case "sequenceNumber" -> sequenceNumber = json.getText();
                    case "data" -> data = json.getBinaryValue();
                    case "approximateArrivalTimestamp" -> arrivedAtSeconds = json.getDoubleValue();
                    default -> json.skipChildren();
                }
            }
        }

        /// `shardId-000000000006:<sequence number>` is the only place that names the shard.
        String shard() {
            int colon = eventId == null ? -1 : eventId.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("record's eventID must be <shard>:<sequence number>: " + eventId);
            }
            return eventId.substring(0, colon);
        }

        StreamRecord toRecord() {
            if (partitionKey == null || sequenceNumber == null || data == null || Double.isNaN(arrivedAtSeconds)) {
                throw new IllegalArgumentException("record %s lacks partitionKey, sequenceNumber, data or approximateArrivalTimestamp".formatted(eventId));
            }
            return new StreamRecord(sequenceNumber, partitionKey, Math.round(arrivedAtSeconds * 1_000), data);
        }
    }
}
