package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// What the functions of a template can see. Each answer is empty if there is no such thing.
interface Scope {
    /// The value of a parameter, pseudo parameter or resource; a missing node for `AWS::NoValue`.
    Optional<JsonNode> ref(String name);

    Optional<String> attribute(String logicalId, String attribute);

    Optional<String> exported(String name);

    Optional<String> outputOf(String stack, String output);

    Optional<Boolean> condition(String name);

    /// The section Mappings.
    JsonNode mappings();

    String region();
}
