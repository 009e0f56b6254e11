package dev.millrace.local.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;

/// The event that a function gets for records of a stream (Lambda developer guide, "Using Lambda to process records from
/// Amazon Kinesis Data Streams").
///
/// @param streamArn `eventSourceARN` of each record
/// @param roleArn `invokeIdentityArn` of each record
record EventJson(String region, String streamArn, String roleArn) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ENVELOPE_BYTES = 16;

    /// How many records from the first on go into one event of at most `bytesMax` bytes. One record always fits: it has at
    /// most 1 MiB, base64 makes it 1.4 MB.
    int fit(List<StreamRecord> records, int recordsMax, int bytesMax) {
        int count = 0;
        long bytes = ENVELOPE_BYTES;
        while (count < Math.min(recordsMax, records.size())) {
            bytes += size(records.get(count)) + 1L;
            if (bytes > bytesMax) {
                break;
            }
            count++;
        }
        return count;
    }

    /// Never less than what [#event] writes for the record: escapes of the key take up to 6 bytes a character.
    private int size(StreamRecord record) {
        return 420 + streamArn.length() + roleArn.length() + region.length() + 6 * record.partitionKey().length()
                + 2 * record.sequenceNumber().length() + 4 * ((record.data().length + 2) / 3);
    }

    byte[] event(String shardId, List<StreamRecord> records) {
        var bytes = new ByteArrayOutputStream(1_024 * records.size());
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("Records");
            for (StreamRecord record : records) {
                write(shardId, record, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private void write(String shardId, StreamRecord record, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("kinesis");
        out.writeStringField("kinesisSchemaVersion", "1.0");
        out.writeStringField("partitionKey", record.partitionKey());
        out.writeStringField("sequenceNumber", record.sequenceNumber());
        out.writeBinaryField("data", record.data());
        out.writeNumberField("approximateArrivalTimestamp", BigDecimal.valueOf(record.arrivalMillis(), 3));
        out.writeEndObject();
        out.writeStringField("eventSource", "aws:kinesis");
        out.writeStringField("eventVersion", "1.0");
        out.writeStringField("eventID", shardId + ":" + record.sequenceNumber());
        out.writeStringField("eventName", "aws:kinesis:record");
        out.writeStringField("invokeIdentityArn", roleArn);
        out.writeStringField("awsRegion", region);
        out.writeStringField("eventSourceARN", streamArn);
        out.writeEndObject();
    }
}
