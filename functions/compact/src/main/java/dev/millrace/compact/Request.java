package dev.millrace.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/// What the function is asked for.
sealed interface Request {
    ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// Take what has landed.
    ///
    /// @param includesOpenHours  whether also what has landed in hours that are still open, as an operator may want it
    /// @param includesFinalHours whether also what has come into hours into which nothing should come any more: objects that
    ///                           an operator has put back
    record Compact(boolean includesOpenHours, boolean includesFinalHours) implements Request {
        /// What the schedule asks for.
        static final Compact CLOSED_HOURS = new Compact(false, false);
    }

    /// A stack is created, updated or deleted that has the tables as a custom resource (AWS CloudFormation user guide,
    /// "Custom resource request objects").
    ///
    /// @param isDelete whether the resource is deleted: then the tables stay
    /// @param answerTo takes the answer by HTTP PUT
    record Deploy(boolean isDelete, URI answerTo, String stackId, String requestId, String logicalResourceId) implements Request {
    }

    /// Reads an event: of EventBridge (any JSON object that is none of the others), one with
    /// `includeOpenHours` or `includeFinalHours`, or of CloudFormation.
    ///
    /// @throws IllegalArgumentException naming what was expected and what came
    static Request read(InputStream event) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("event must be a JSON object: " + json.getNodeType());
        }
        if (json.has("RequestType")) {
            return new Deploy(text(json, "RequestType").equals("Delete"), URI.create(text(json, "ResponseURL")), text(json, "StackId"),
                    text(json, "RequestId"), text(json, "LogicalResourceId"));
        }
        return new Compact(isTrue(json, "includeOpenHours"), isTrue(json, "includeFinalHours"));
    }

    private static boolean isTrue(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new IllegalArgumentException("%s must be true or false: %s".formatted(member, value));
        }
        return value.asBoolean(false);
    }

    private static String text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("member %s of the event must be text: %s".formatted(member, value));
        }
        return value.asText();
    }
}
