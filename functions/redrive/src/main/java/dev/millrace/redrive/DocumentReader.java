package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Names;
import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.StreamRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Reads the documents that AWS and the stream workers lay down in the failures bucket: of an event source mapping (AWS Lambda developer guide,
/// "Retain discarded batch records"), and of a topic rule's error action (AWS IoT developer guide, "Error handling"). The
/// payload must be there; of what only explains the failure, anything may be missing.
///
/// Who sent the message of a rule is in the object's key, as the rule wrote it.
///
/// @param rule        the topic rule that leads to the stream
/// @param noticesRule the topic rule that leads to the lake
record DocumentReader(String rule, String noticesRule) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    DocumentReader {
        requireNonNull(rule, "rule is null");
        requireNonNull(noticesRule, "noticesRule is null");
    }

    /// @param writtenAt when the object was written
    /// @throws IllegalArgumentException naming what was expected and what came
    FailureDocument read(String key, Instant writtenAt, byte[] body) {
        JsonNode document = object(body);
        if (key.startsWith(LakeLayout.FAILED_BATCHES_PREFIX)) {
            return batch(key, writtenAt, document);
        }
        if (key.startsWith(LakeLayout.RULE_ERRORS_PREFIX)) {
            return message(key, writtenAt, document);
        }
        throw new IllegalArgumentException("key must begin with %s or %s".formatted(LakeLayout.FAILED_BATCHES_PREFIX, LakeLayout.RULE_ERRORS_PREFIX));
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode document = JSON.readTree(body);
            if (!document.isObject()) {
                throw new IllegalArgumentException("document must be a JSON object: " + document.getNodeType());
            }
            return document;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("document is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("document cannot be read: " + e.getMessage(), e);
        }
    }

    private static FailureDocument batch(String key, Instant writtenAt, JsonNode document) {
        Batch batch = event(text(document, "payload"));
        JsonNode context = document.path("requestContext");
        String function = function(context.path("functionArn").asText(""));
        String error = "%s after %s invocations, function error %s".formatted(context.path("condition").asText("given up"),
                context.path("approximateInvokeCount").asText("unknown"), document.path("responseContext").path("functionError").asText("none"));
        String at = document.path("timestamp").asText(writtenAt.toString());
        List<FailedRecord> records = new ArrayList<>();
        for (StreamRecord record : batch.records()) {
            var position = new Position(batch.shard(), record.sequenceNumber());
            records.add(new FailedRecord(record.partitionKey(), record.payload(), record.arrivedAtMillis(), new Failure(key, at, function, error, Optional.of(position))));
        }
        return new FailureDocument.Records(key, records);
    }

    /// Stream workers have no ARN, and say who they are.
    private static String function(String named) {
        String[] arn = named.split(":", -1);
        if (arn.length > 6) {
            return arn[6];
        }
        return named.startsWith("stream-worker ") ? named : "unknown function";
    }

    private static Batch event(String payload) {
        try {
            return KinesisEvent.read(new ByteArrayInputStream(payload.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new IllegalArgumentException("payload is not the event of a Kinesis mapping: " + e.getMessage(), e);
        }
    }

    private FailureDocument message(String key, Instant writtenAt, JsonNode document) {
        String[] path = key.substring(LakeLayout.RULE_ERRORS_PREFIX.length()).split("/", -1);
        if (path.length != 2) {
            throw new IllegalArgumentException("key must be %s<thing>/<object>".formatted(LakeLayout.RULE_ERRORS_PREFIX));
        }
        String thing = Names.requireThing(path[0]);
        byte[] payload = base64(text(document, "base64OriginalPayload"));
        String name = text(document, "ruleName");
        if (name.equals(noticesRule)) {
            return new FailureDocument.Notice(key, LakeLayout.LOST_PREFIX + thing + "/" + path[1], payload);
        }
        if (!name.equals(rule)) {
            throw new IllegalArgumentException("ruleName must be %s or %s: %s".formatted(rule, noticesRule, Names.shown(name)));
        }
        List<String> errors = new ArrayList<>();
        document.path("failures").forEach(failure -> errors.add(failure.path("errorMessage").asText("unknown error")));
        return new FailureDocument.Records(key, List.of(new FailedRecord(thing, payload, writtenAt.toEpochMilli(),
                new Failure(key, writtenAt.toString(), "rule " + name, String.join("; ", errors), Optional.empty()))));
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("base64OriginalPayload is not base64: " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode document, String member) {
        JsonNode value = document.path(member);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("document's member %s must be text: %s".formatted(member, value.isMissingNode() ? "missing" : value.getNodeType()));
        }
        return value.asText();
    }
}
