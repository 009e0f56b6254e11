package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.cxapi.CloudFormationStackArtifact;

/// The templates of all stacks, as CloudFormation gets them.
///
/// @param byStack the template of each stack by its name
record Templates(Map<String, JsonNode> byStack) {
    Templates {
        byStack = new TreeMap<>(byStack);
    }

    /// A resource of a stack.
    record Resource(String stack, String id, JsonNode properties) {
        /// A refusal, in one line.
        String refused(String expected, Object came) {
            return "%s, resource %s: %s, came: %s".formatted(stack, id, expected, came instanceof JsonNode node && node.isMissingNode() ? "nothing" : came);
        }
    }

    static Templates of(CloudAssembly assembly) {
        Map<String, JsonNode> templates = new TreeMap<>();
        for (CloudFormationStackArtifact stack : assembly.getStacks()) {
            try {
                templates.put(stack.getStackName(), new ObjectMapper().readTree(Path.of(stack.getTemplateFullPath()).toFile()));
            } catch (IOException e) {
                throw new UncheckedIOException(stack.getTemplateFullPath(), e);
            }
        }
        return new Templates(templates);
    }

    /// All resources of a type.
    List<Resource> ofType(String type) {
        List<Resource> found = new ArrayList<>();
        byStack.forEach((stack, template) -> template.path("Resources").properties().forEach(resource -> {
            if (resource.getValue().path("Type").asText().equals(type)) {
                found.add(new Resource(stack, resource.getKey(), resource.getValue().path("Properties")));
            }
        }));
        return found;
    }

    /// The type of the resource that a value names, by `Ref` or `Fn::GetAtt`, also through an export and its import.
    ///
    /// @param stack in which the value stands
    /// @return empty if it names none
    Optional<String> typeOf(String stack, JsonNode value) {
        JsonNode imported = value.path("Fn::ImportValue");
        if (imported.isTextual()) {
            return exported(imported.asText());
        }
        String id = value.path("Ref").asText(value.path("Fn::GetAtt").path(0).asText());
        JsonNode type = byStack.get(stack).path("Resources").path(id).path("Type");
        return type.isMissingNode() ? Optional.empty() : Optional.of(type.asText());
    }

    private Optional<String> exported(String name) {
        for (Map.Entry<String, JsonNode> template : byStack.entrySet()) {
            for (JsonNode output : template.getValue().path("Outputs")) {
                if (output.path("Export").path("Name").asText().equals(name)) {
                    return typeOf(template.getKey(), output.path("Value"));
                }
            }
        }
        return Optional.empty();
    }
}
