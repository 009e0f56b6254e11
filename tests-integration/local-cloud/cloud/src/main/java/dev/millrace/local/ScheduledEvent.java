package dev.millrace.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// What EventBridge sends to the target of a scheduled rule (Lambda developer guide, "Scheduled events"; EventBridge user
/// guide, "Events structure reference").
///
/// @param ruleArn region and account are in it
record ScheduledEvent(String ruleArn, UUID id, Instant at) {
    private static final JsonFactory JSON = new JsonFactory();

    byte[] json() {
        String[] arn = ruleArn.split(":", -1);
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("version", "0");
            out.writeStringField("id", id.toString());
            out.writeStringField("detail-type", "Scheduled Event");
            out.writeStringField("source", "aws.events");
            out.writeStringField("account", arn[4]);
            out.writeStringField("time", at.truncatedTo(ChronoUnit.SECONDS).toString());
            out.writeStringField("region", arn[3]);
            out.writeArrayFieldStart("resources");
            out.writeString(ruleArn);
            out.writeEndArray();
            out.writeObjectFieldStart("detail");
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}
