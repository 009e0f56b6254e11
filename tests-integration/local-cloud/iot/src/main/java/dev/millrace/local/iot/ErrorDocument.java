package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// What a rule's error action gets, one for each message however many actions failed (AWS IoT developer
/// guide, "Error handling (error action)", message format). Whether AWS shows the Basic Ingest prefix in
/// `topic` is not documented; here it does not, see docs/verify-on-aws.md.
record ErrorDocument(String rule, Message message, List<Failure> failures) {
    record Failure(RuleAction action, String errorMessage) {}

    ErrorDocument {
        requireNonNull(rule, "rule is null");
        requireNonNull(message, "message is null");
        failures = List.copyOf(failures);
    }

    byte[] toBytes() {
        ObjectNode document = JsonMembers.MAPPER.createObjectNode();
        document.put("ruleName", rule);
        document.put("topic", message.topic());
        document.put("cloudwatchTraceId", message.trace().toString());
        document.put("clientId", message.clientId());
        document.put("base64OriginalPayload", Base64.getEncoder().encodeToString(message.payload()));
        ArrayNode failed = document.putArray("failures");
        for (Failure failure : failures) {
            failed.addObject()
                    .put("failedAction", failure.action().awsName())
                    .put("failedResource", failure.action().resource())
                    .put("errorMessage", failure.errorMessage());
        }
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }
}
