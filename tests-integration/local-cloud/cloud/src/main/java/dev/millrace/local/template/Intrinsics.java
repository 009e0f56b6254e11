package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts values in the place of the functions in a part of a template.
///
/// Source: AWS CloudFormation Template Reference, "Intrinsic function reference". A function that is not here is refused
/// by name. The message of every error says what was wrong; [StackDeployment] adds the stack and the logical id.
final class Intrinsics {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Scope scope;
    private final Conditions conditions;

    Intrinsics(Scope scope) {
        this.scope = scope;
        this.conditions = new Conditions(scope, this);
    }

    /// @return the value, or a missing node where it is `AWS::NoValue`
    JsonNode resolve(JsonNode node) {
        if (node.isArray()) {
            ArrayNode array = NODES.arrayNode();
            node.forEach(element -> present(resolve(element)).ifPresent(array::add));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        Optional<Map.Entry<String, JsonNode>> function = function(node);
        if (function.isPresent()) {
            return call(function.get().getKey(), function.get().getValue());
        }
        ObjectNode object = NODES.objectNode();
        node.properties().forEach(member -> present(resolve(member.getValue())).ifPresent(value -> object.set(member.getKey(), value)));
        return object;
    }

    /// Whether a condition of the template holds.
    boolean holds(String condition) {
        return conditions.named(condition);
    }

    /// What a condition function says.
    boolean decide(JsonNode function) {
        return conditions.holds(function);
    }

    String text(JsonNode node, String what) {
        JsonNode value = resolve(node);
        if (!value.isValueNode() || value.isNull()) {
            throw new TemplateException("%s expected as a string, came %s".formatted(what, value));
        }
        return value.asText();
    }

    private static Optional<JsonNode> present(JsonNode node) {
        return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    }

    private static Optional<Map.Entry<String, JsonNode>> function(JsonNode object) {
        List<Map.Entry<String, JsonNode>> functions = object.propertyStream()
                .filter(member -> member.getKey().equals("Ref") || member.getKey().startsWith("Fn::")).toList();
        if (functions.isEmpty()) {
            return Optional.empty();
        }
        if (object.size() > 1) {
            throw new TemplateException("%s must stand alone in its object: %s".formatted(functions.getFirst().getKey(), object));
        }
        return Optional.of(functions.getFirst());
    }

    private JsonNode call(String name, JsonNode argument) {
        return switch (name) {
            case "Ref" -> ref(argument.asText());
            case "Fn::GetAtt" -> getAtt(argument);
            case "Fn::Sub" -> sub(argument);
            case "Fn::Join" -> join(argument);
            case "Fn::Select" -> select(argument);
            case "Fn::Split" -> split(argument);
            case "Fn::If" -> choose(argument);
            case "Fn::FindInMap" -> findInMap(argument);
            case "Fn::ImportValue" -> importValue(text(argument, "Fn::ImportValue"));
            case "Fn::GetStackOutput" -> stackOutput(argument);
            case "Fn::GetAZs" -> zones(text(argument, "Fn::GetAZs"));
            default -> throw new TemplateException("the function %s is not implemented by the local cloud".formatted(name));
        };
    }

    private JsonNode ref(String name) {
        return scope.ref(name).orElseThrow(() -> new TemplateException("Ref to %s, which is no parameter and no resource that exists".formatted(name)));
    }

    private JsonNode getAtt(JsonNode argument) {
        if (argument.isTextual()) {
            String id = References.before('.', argument.asText());
            return attribute(id, argument.asText().substring(Math.min(argument.asText().length(), id.length() + 1)));
        }
        requireList("Fn::GetAtt", argument, 2);
        return attribute(argument.get(0).asText(), text(argument.get(1), "the attribute of Fn::GetAtt"));
    }

    private JsonNode attribute(String logicalId, String attribute) {
        return TextNode.valueOf(scope.attribute(logicalId, attribute).orElseThrow(() -> new TemplateException(
                "Fn::GetAtt: %s has no attribute %s, or is not there".formatted(logicalId, attribute))));
    }

    private JsonNode sub(JsonNode argument) {
        JsonNode values = NODES.objectNode();
        JsonNode template = argument;
        if (argument.isArray()) {
            requireList("Fn::Sub", argument, 2);
            template = argument.get(0);
            values = argument.get(1);
        }
        if (!template.isTextual()) {
            throw new TemplateException("Fn::Sub needs a string, came %s".formatted(argument));
        }
        JsonNode given = values;
        return TextNode.valueOf(References.PLACEHOLDER.matcher(template.asText())
                .replaceAll(match -> Matcher.quoteReplacement(placeholder(match.group(1), given))));
    }

    private String placeholder(String name, JsonNode given) {
        if (name.startsWith("!")) {
            return "${" + name.substring(1) + "}";
        }
        if (given.has(name)) {
            return text(given.get(name), "${" + name + "} of Fn::Sub");
        }
        String id = References.before('.', name);
        JsonNode value = id.equals(name) ? ref(name) : attribute(id, name.substring(id.length() + 1));
        return text(value, "${" + name + "} of Fn::Sub");
    }

    private JsonNode join(JsonNode argument) {
        requireList("Fn::Join", argument, 2);
        List<String> parts = new ArrayList<>();
        list("Fn::Join", argument.get(1)).forEach(part -> parts.add(text(part, "a part of Fn::Join")));
        return TextNode.valueOf(String.join(text(argument.get(0), "the delimiter of Fn::Join"), parts));
    }

    private JsonNode select(JsonNode argument) {
        requireList("Fn::Select", argument, 2);
        String index = text(argument.get(0), "the index of Fn::Select");
        JsonNode list = list("Fn::Select", argument.get(1));
        if (!index.matches("\\d{1,6}") || Integer.parseInt(index) >= list.size()) {
            throw new TemplateException("Fn::Select: index %s not in 0..%d of %s".formatted(index, list.size() - 1, list));
        }
        return list.get(Integer.parseInt(index));
    }

    private JsonNode split(JsonNode argument) {
        requireList("Fn::Split", argument, 2);
        String delimiter = text(argument.get(0), "the delimiter of Fn::Split");
        if (delimiter.isEmpty()) {
            throw new TemplateException("Fn::Split: the delimiter is empty");
        }
        ArrayNode parts = NODES.arrayNode();
        for (String part : text(argument.get(1), "the text of Fn::Split").split(Pattern.quote(delimiter), -1)) {
            parts.add(part);
        }
        return parts;
    }

    private JsonNode choose(JsonNode argument) {
        requireList("Fn::If", argument, 3);
        // only the branch that is taken: the other may refer to what does not exist
        return resolve(argument.get(conditions.named(argument.get(0).asText()) ? 1 : 2));
    }

    private JsonNode findInMap(JsonNode argument) {
        requireList("Fn::FindInMap", argument, 3);
        JsonNode found = scope.mappings();
        for (JsonNode key : argument) {
            found = found.path(text(key, "a key of Fn::FindInMap"));
        }
        if (found.isMissingNode()) {
            throw new TemplateException("Fn::FindInMap finds nothing at %s".formatted(resolve(argument)));
        }
        return found;
    }

    private JsonNode importValue(String name) {
        return TextNode.valueOf(scope.exported(name).orElseThrow(() -> new TemplateException(
                "Fn::ImportValue: no stack before this one exports %s".formatted(name))));
    }

    /// Three, as most regions have at least.
    private JsonNode zones(String given) {
        String region = given.isEmpty() ? scope.region() : given;
        if (!region.equals(scope.region())) {
            throw new TemplateException("Fn::GetAZs of the region %s: the local cloud has only %s".formatted(region, scope.region()));
        }
        return NODES.arrayNode().add(region + "a").add(region + "b").add(region + "c");
    }

    private JsonNode stackOutput(JsonNode argument) {
        JsonNode given = resolve(argument);
        String region = given.path("Region").asText(scope.region());
        if (!region.equals(scope.region())) {
            throw new TemplateException("Fn::GetStackOutput from the region %s: the local cloud has only %s".formatted(region, scope.region()));
        }
        String stack = given.path("StackName").asText();
        String output = given.path("OutputName").asText();
        return TextNode.valueOf(scope.outputOf(stack, output).orElseThrow(() -> new TemplateException(
                "Fn::GetStackOutput: no stack %s with an output %s before this one".formatted(stack, output))));
    }

    private JsonNode list(String function, JsonNode argument) {
        JsonNode list = resolve(argument);
        if (!list.isArray()) {
            throw new TemplateException("%s needs a list, came %s".formatted(function, list));
        }
        return list;
    }

    static void requireList(String function, JsonNode argument, int size) {
        if (!argument.isArray() || argument.size() != size) {
            throw new TemplateException("%s needs a list of %d, came %s".formatted(function, size, argument));
        }
    }

    static JsonNode noValue() {
        return MissingNode.getInstance();
    }
}
