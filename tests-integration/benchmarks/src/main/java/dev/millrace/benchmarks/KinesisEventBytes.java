package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One invocation's payload, byte for byte as the Kinesis mapping of Lambda builds it.
///
/// @param json                the event
/// @param records             how many are in it
/// @param payloadBytes        of the records, before base64
/// @param lastArrivedAtMillis the latest arrival among them
record KinesisEventBytes(byte[] json, int records, long payloadBytes, long lastArrivedAtMillis) {
    /// Lambda invokes with at most 6 MB, base64 and all members included (Lambda quotas). Taken as decimal, to be under
    /// it either way.
    static final int EVENT_BYTES_MAX = 6_000_000;
    /// The largest `BatchSize` of a Kinesis mapping (Lambda, CreateEventSourceMapping).
    static final int RECORDS_MAX = 10_000;
    private static final byte[] HEAD = "{\"Records\":[".getBytes(US_ASCII);
    private static final byte[] TAIL = "]}".getBytes(US_ASCII);

    /// Cuts the messages of one shard, in their order, into the fewest events that the limits allow.
    static List<KinesisEventBytes> cut(int shard, List<Message> messages) {
        var cutter = new Cutter("shardId-%012d".formatted(shard));
        for (Message message : messages) {
            cutter.add(message);
        }
        return cutter.finish();
    }

    private static final class Cutter {
        private final String shard;
        private final List<KinesisEventBytes> events = new ArrayList<>();
        private final ByteArrayOutputStream json = new ByteArrayOutputStream(EVENT_BYTES_MAX);
        private long sequence;
        private int records;
        private long payloadBytes;
        private long lastArrivedAtMillis;

        Cutter(String shard) {
            this.shard = shard;
        }

        void add(Message message) {
            byte[] record = record(message).getBytes(US_ASCII);
            int bytesWithIt = Math.max(json.size(), HEAD.length) + 1 + record.length + TAIL.length;
            if (records == RECORDS_MAX || (records > 0 && bytesWithIt > EVENT_BYTES_MAX)) {
                close();
            }
            json.writeBytes(records == 0 ? HEAD : ",".getBytes(US_ASCII));
            json.writeBytes(record);
            records++;
            payloadBytes += message.payload().length;
            lastArrivedAtMillis = Math.max(lastArrivedAtMillis, message.arrivedAtMillis());
        }

        /// Kinesis gives 56 digits to a sequence number; they grow along the shard.
        private String record(Message message) {
            String sequenceNumber = "495903382714902566085596925383615710%020d".formatted(sequence++);
            return """
                    {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"%s","sequenceNumber":"%s","data":"%s","approximateArrivalTimestamp":%d.%03d},\
                    "eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"%s:%s","eventName":"aws:kinesis:record",\
                    "invokeIdentityArn":"arn:aws:iam::123456789012:role/millrace-ingest","awsRegion":"eu-central-1",\
                    "eventSourceARN":"arn:aws:kinesis:eu-central-1:123456789012:stream/millrace-telemetry"}"""
                    .formatted(message.thing(), sequenceNumber, Base64.getEncoder().encodeToString(message.payload()),
                            message.arrivedAtMillis() / 1_000, message.arrivedAtMillis() % 1_000, shard, sequenceNumber);
        }

        private void close() {
            json.writeBytes(TAIL);
            events.add(new KinesisEventBytes(json.toByteArray(), records, payloadBytes, lastArrivedAtMillis));
            json.reset();
            records = 0;
            payloadBytes = 0;
        }

        List<KinesisEventBytes> finish() {
            if (records > 0) {
                close();
            }
            return events;
        }
    }
}
