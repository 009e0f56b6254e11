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
    /// @param includesOpenHours whether also what has landed in hours that are still open, as an operator may want it
    record Compact(boolean includesOpenHours) implements Request {
    }

    /// A stack is created, updated or deleted that has the tables as a custom resource (AWS CloudFormation user guide,
    /// "Custom resource request objects").
    ///
    /// @param isDelete whether the resource is deleted: then the tables stay
    /// @param answerTo takes the answer by HTTP PUT
    record Deploy(boolean isDelete, URI answerTo, String stackId, String requestId, String logicalResourceId) implements Request {
    }

    /// Reads an event: of EventBridge (any JSON object that is none of the others), `{"includeOpenHours":true}`, or of CloudFormation.
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
        JsonNode includes = json.path("includeOpenHours");
        if (!includes.isMissingNode() && !includes.isBoolean()) {
            throw new IllegalArgumentException("includeOpenHours must be true or false: " + includes);
        }
        return new Compact(includes.asBoolean(false));
    }

    private static String text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("member %s of the event must be text: %s".formatted(member, value));
        }
        return value.asText();
    }
}
