package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A resource that is to be created, with all functions in its properties resolved.
///
/// Numbers and booleans in a template may also be written as strings (`"24"`, `"true"`), and CloudFormation takes both:
/// so do the readers here. Every error names the stack, the logical id and the property.
public record ResourceRequest(String stack, String logicalId, String type, JsonNode properties, Partition partition) {
    public ResourceRequest {
        requireNonNull(stack, "stack is null");
        requireNonNull(logicalId, "logicalId is null");
        requireNonNull(type, "type is null");
        requireNonNull(properties, "properties is null");
        requireNonNull(partition, "partition is null");
    }

    /// The name in this property, or else one as CloudFormation generates it.
    public String name(String property, PhysicalName rule) {
        return text(property).orElseGet(() -> rule.generate(stack, logicalId));
    }

    /// @return the ARN of something of this account: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`
    public String arn(String service, String resource) {
        return partition.arn(service, resource);
    }

    public Optional<String> text(String property) {
        JsonNode value = properties.path(property);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isValueNode() || value.isNull()) {
            throw wrong(property, "a string", value);
        }
        return Optional.of(value.asText());
    }

    public String requiredText(String property) {
        return text(property).orElseThrow(() -> wrong(property, "a string", properties.path(property)));
    }

    public int integer(String property, int otherwise) {
        return text(property).map(value -> {
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException _) {
                throw wrong(property, "an integer", properties.path(property));
            }
        }).orElse(otherwise);
    }

    public boolean flag(String property) {
        return text(property).map(value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(property, "true or false", properties.path(property));
        }).orElse(false);
    }

    /// A list of strings, empty if the property is not there.
    public List<String> texts(String property) {
        List<String> texts = new ArrayList<>();
        properties.path(property).forEach(element -> texts.add(element.asText()));
        return texts;
    }

    /// Those of these properties that the template sets.
    public List<String> present(List<String> names) {
        return names.stream().filter(properties::has).toList();
    }

    /// A part of the properties, as if it were a resource of its own; empty if it is not there.
    public ResourceRequest part(String property) {
        return new ResourceRequest(stack, logicalId, type, properties.path(property), partition);
    }

    /// Refuses properties that the provider does not know: better to stop than to run with half of what was asked for.
    ///
    /// @param used          properties that the provider acts upon
    /// @param withoutEffect properties that change nothing that one can see on one machine, such as tags or encryption
    public void allow(Set<String> used, Set<String> withoutEffect) {
        List<String> others = properties.propertyStream().map(Map.Entry::getKey)
                .filter(name -> !used.contains(name) && !withoutEffect.contains(name)).toList();
        if (!others.isEmpty()) {
            throw new TemplateException("stack %s, resource %s (%s): properties %s are not implemented by the local cloud"
                    .formatted(stack, logicalId, type, others));
        }
    }

    /// An error about one property of this resource.
    public TemplateException wrong(String property, String expected, Object came) {
        return new TemplateException("stack %s, resource %s (%s): property %s expected as %s, came %s"
                .formatted(stack, logicalId, type, property, expected, came));
    }
}
