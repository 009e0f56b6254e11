package dev.millrace.local.glue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The members of one JSON object of a request, read with an error that names the member. Null counts as absent.
///
/// @param path names the object in errors, with a dot behind it; empty for the request itself
record Request(String path, JsonNode node) {
    private static final int NAME_MAX = 255;

    static Request of(JsonNode body) {
        if (!body.isObject()) {
            throw GlueError.invalid("the request expected as a JSON object, came " + body.getNodeType());
        }
        return new Request("", body);
    }

    /// Refuses members that are not acted upon: better to stop than to do half of what was asked for.
    Request allow(Set<String> known) {
        List<String> others = node.propertyStream().filter(member -> !member.getValue().isNull()).map(Map.Entry::getKey)
                .filter(name -> !known.contains(name)).map(name -> path + name).toList();
        if (!others.isEmpty()) {
            throw GlueError.notHere("members %s; it knows %s".formatted(others, known.stream().sorted().toList()));
        }
        return this;
    }

    /// The name of a database or table, in lower case as Glue keeps it ("for Hive compatibility").
    String name(String member) {
        String name = text(member).orElseThrow(() -> GlueError.invalid("%s%s is missing".formatted(path, member)));
        if (name.isEmpty() || name.length() > NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
            throw GlueError.invalid("%s%s expected as 1 to %d characters on one line, came '%s'".formatted(path, member, NAME_MAX, name));
        }
        return name.toLowerCase(Locale.ROOT);
    }

    Optional<String> text(String member) {
        return present(member).map(value -> {
            if (!value.isTextual()) {
                throw wrong(member, "a string", value);
            }
            return value.textValue();
        });
    }

    int integer(String member, int min, int max, int otherwise) {
        return present(member).map(value -> {
            if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
                throw wrong(member, "a whole number of %d to %d".formatted(min, max), value);
            }
            return value.intValue();
        }).orElse(otherwise);
    }

    ObjectNode object(String member) {
        JsonNode value = present(member).orElseThrow(() -> GlueError.invalid("%s%s is missing".formatted(path, member)));
        if (!(value instanceof ObjectNode object)) {
            throw wrong(member, "an object", value);
        }
        return object;
    }

    List<String> texts(String member) {
        return present(member).map(value -> {
            if (!value.isArray() || value.isEmpty() || value.valueStream().anyMatch(element -> !element.isTextual())) {
                throw wrong(member, "a list of one or more strings", value);
            }
            return value.valueStream().map(JsonNode::textValue).toList();
        }).orElse(List.of());
    }

    private Optional<JsonNode> present(String member) {
        return Optional.ofNullable(node.get(member)).filter(value -> !value.isNull());
    }

    private GlueError wrong(String member, String expected, JsonNode came) {
        return GlueError.invalid("%s%s expected as %s, came %s".formatted(path, member, expected, came));
    }
}
