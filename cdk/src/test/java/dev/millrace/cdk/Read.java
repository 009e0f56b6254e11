package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Reads templates for the tests. Values that only CloudFormation knows are written as it would be easiest to read:
/// `<Lake.Arn>` for an attribute of a resource, also through an export and its import, `<Region>` for a pseudo parameter.
final class Read {
    private Read() {
    }

    /// The resources of a type by logical id.
    static Map<String, JsonNode> resources(JsonNode template, String type) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        template.get("Resources").properties().forEach(resource -> {
            if (resource.getValue().get("Type").asText().equals(type)) {
                found.put(resource.getKey(), resource.getValue());
            }
        });
        return found;
    }

    /// The properties of the resources of a type.
    static List<JsonNode> properties(JsonNode template, String type) {
        return resources(template, type).values().stream().map(resource -> resource.get("Properties")).toList();
    }

    /// The properties of the only resource of a type.
    static JsonNode only(JsonNode template, String type) {
        List<JsonNode> found = properties(template, type);
        if (found.size() != 1) {
            throw new AssertionError("%d resources of type %s".formatted(found.size(), type));
        }
        return found.getFirst();
    }

    /// @param exporter the template whose exports the value may import
    static String text(JsonNode value, JsonNode exporter) {
        if (value.isValueNode()) {
            return value.asText();
        }
        String function = value.fieldNames().next();
        JsonNode argument = value.get(function);
        return switch (function) {
            case "Ref" -> "<" + readable(argument.asText().replace("AWS::", "")) + ">";
            case "Fn::GetAtt" -> "<" + readable(argument.get(0).asText()) + "." + argument.get(1).asText() + ">";
            case "Fn::Join" -> texts(argument.get(1), exporter).stream().collect(Collectors.joining(argument.get(0).asText()));
            case "Fn::ImportValue" -> text(exported(argument.asText(), exporter), exporter);
            default -> throw new AssertionError("cannot read " + value);
        };
    }

    /// One text or a list of them.
    static List<String> texts(JsonNode value, JsonNode exporter) {
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> texts.add(text(element, exporter)));
        } else {
            texts.add(text(value, exporter));
        }
        return texts;
    }

    /// The same with every function in it replaced by its text.
    static JsonNode rendered(JsonNode value, JsonNode exporter) {
        if (value.isValueNode()) {
            return value;
        }
        if (value.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> elements.add(rendered(element, exporter)));
            return elements;
        }
        if (value.size() == 1 && (value.has("Ref") || value.fieldNames().next().startsWith("Fn::"))) {
            return TextNode.valueOf(text(value, exporter));
        }
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(member -> members.set(member.getKey(), rendered(member.getValue(), exporter)));
        return members;
    }

    private static JsonNode exported(String name, JsonNode exporter) {
        for (JsonNode output : exporter.get("Outputs")) {
            if (output.path("Export").path("Name").asText().equals(name)) {
                return output.get("Value");
            }
        }
        throw new AssertionError("nobody exports " + name);
    }

    /// Without the hash that the CDK appends.
    private static String readable(String logicalId) {
        return logicalId.replaceFirst("[0-9A-F]{8}$", "");
    }
}
