package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/// The parameters of a stack and the pseudo parameters that every stack has.
final class Parameters {
    private final StackTemplate stack;
    private final Partition partition;

    Parameters(StackTemplate stack, Partition partition) {
        this.stack = stack;
        this.partition = partition;
    }

    Optional<JsonNode> value(String name) {
        return name.startsWith("AWS::") ? Optional.of(pseudo(name)) : own(name);
    }

    private Optional<JsonNode> own(String name) {
        JsonNode parameter = stack.section("Parameters").path(name);
        if (parameter.isMissingNode()) {
            return Optional.empty();
        }
        String type = parameter.path("Type").asText();
        String given = stack.parameters().get(name);
        if (given == null && type.startsWith("AWS::SSM::Parameter::")) {
            throw new TemplateException("parameter %s is read from the SSM parameter store, which is not implemented by the local cloud".formatted(name));
        }
        JsonNode value = given == null ? parameter.path("Default") : TextNode.valueOf(given);
        if (value.isMissingNode()) {
            throw new TemplateException("parameter %s has no default and no value is given".formatted(name));
        }
        return Optional.of(type.equals("CommaDelimitedList") || type.startsWith("List<") ? list(value.asText()) : TextNode.valueOf(value.asText()));
    }

    private static JsonNode list(String value) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String element : value.split(",", -1)) {
            list.add(element.strip());
        }
        return list;
    }

    private JsonNode pseudo(String name) {
        return switch (name) {
            case "AWS::Region" -> TextNode.valueOf(partition.region());
            case "AWS::AccountId" -> TextNode.valueOf(partition.account());
            case "AWS::Partition" -> TextNode.valueOf("aws");
            case "AWS::URLSuffix" -> TextNode.valueOf("amazonaws.com");
            case "AWS::StackName" -> TextNode.valueOf(stack.name());
            case "AWS::StackId" -> TextNode.valueOf(partition.arn("cloudformation", "stack/%s/%s".formatted(stack.name(), uuid(stack.name()))));
            case "AWS::NoValue" -> Intrinsics.noValue();
            default -> throw new TemplateException("the pseudo parameter %s is not implemented by the local cloud".formatted(name));
        };
    }

    private static UUID uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
