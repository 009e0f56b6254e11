package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;

/// Documents as AWS writes them.
final class Documents {
    static final String SHARD = FakeKinesis.SHARD;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Documents() {
    }

    /// A record of a batch.
    record Sent(String thing, String sequenceNumber, byte[] payload) {
        static Sent text(String thing, long sequenceNumber, String payload) {
            return new Sent(thing, Long.toString(sequenceNumber), payload.getBytes(UTF_8));
        }
    }

    /// Of an event source mapping, with all that is documented (AWS Lambda developer guide, "Retain discarded batch records").
    static byte[] batch(String function, Sent... records) {
        ObjectNode event = JSON.createObjectNode();
        for (Sent record : records) {
            ObjectNode one = event.withArrayProperty("Records").addObject();
            one.putObject("kinesis").put("kinesisSchemaVersion", "1.0").put("partitionKey", record.thing()).put("sequenceNumber", record.sequenceNumber())
                    .put("data", record.payload()).put("approximateArrivalTimestamp", 1795000000.123);
            one.put("eventSource", "aws:kinesis").put("eventVersion", "1.0").put("eventID", SHARD + ":" + record.sequenceNumber()).put("eventName", "aws:kinesis:record")
                    .put("invokeIdentityArn", "arn:aws:iam::123456789012:role/lambda").put("awsRegion", "us-east-2")
                    .put("eventSourceARN", "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream");
        }
        ObjectNode document = JSON.createObjectNode();
        document.putObject("requestContext").put("requestId", "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5")
                .put("functionArn", "arn:aws:lambda:us-east-2:123456789012:function:" + function + ":live")
                .put("condition", "RetryAttemptsExhausted").put("approximateInvokeCount", 21);
        document.putObject("responseContext").put("statusCode", 200).put("executedVersion", "3").put("functionError", "Unhandled");
        document.put("version", "1.0").put("timestamp", "2026-11-27T00:38:06.021Z");
        document.putObject("KinesisBatchInfo").put("shardId", SHARD).put("batchSize", records.length);
        document.put("payload", event.toString());
        return bytes(document);
    }

    /// Of a topic rule's error action (AWS IoT developer guide, "Error handling (error action)").
    static byte[] ruleError(String rule, String topic, String payload) {
        ObjectNode document = JSON.createObjectNode().put("ruleName", rule).put("topic", topic).put("cloudwatchTraceId", "7e146a2c-95b5-6caf-98b9-50e3969734c7")
                .put("clientId", "iotconsole-1511213971966-0").put("base64OriginalPayload", Base64.getEncoder().encodeToString(payload.getBytes(UTF_8)));
        document.withArrayProperty("failures").addObject().put("failedAction", "KinesisAction").put("failedResource", "telemetry")
                .put("errorMessage", "Failed to put record. The error received was AccessDeniedException");
        return bytes(document);
    }

    static byte[] bytes(ObjectNode document) {
        return document.toString().getBytes(UTF_8);
    }

    static ObjectNode tree(byte[] document) throws IOException {
        return (ObjectNode) JSON.readTree(document);
    }
}
