package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/// A resource of a deployed stack.
///
/// @param properties with all functions resolved
public record Resource(String stack, String logicalId, String type, JsonNode properties, Provisioned provisioned) {
    public Resource {
        requireNonNull(stack, "stack is null");
        requireNonNull(logicalId, "logicalId is null");
        requireNonNull(type, "type is null");
        requireNonNull(properties, "properties is null");
        requireNonNull(provisioned, "provisioned is null");
    }

    @Override
    public String toString() {
        return "%s %s/%s".formatted(type, stack, logicalId);
    }
}
