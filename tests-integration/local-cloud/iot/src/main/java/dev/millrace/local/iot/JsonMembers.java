package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.events.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// One JSON object that came from outside, with the place where it stands: every complaint names the member,
/// what was expected and what came.
record JsonMembers(String where, JsonNode node) {
    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    JsonMembers {
        requireNonNull(where, "where is null");
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException("%s: expected an object, is %s".formatted(where, shown(node)));
        }
    }

    /// @throws IllegalArgumentException if the text is not one JSON object
    static JsonMembers parse(String where, String json) {
        try {
            return new JsonMembers(where, MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("%s: not JSON: %s".formatted(where, e.getOriginalMessage()), e);
        }
    }

    /// Refuses members that nobody reads: a misspelt one must not be ignored.
    JsonMembers only(String... names) {
        Set<String> known = Set.of(names);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("%s.%s: unknown member; known are %s".formatted(where, name, new TreeSet<>(known)));
            }
        });
        return this;
    }

    boolean has(String name) {
        return node.has(name);
    }

    String text(String name) {
        return text(at(name), node.get(name));
    }

    int integer(String name, int min, int max) {
        JsonNode value = node.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min || value.intValue() > max) {
            throw new IllegalArgumentException("%s: expected an integer in %d..%d, is %s".formatted(at(name), min, max, shown(value)));
        }
        return value.intValue();
    }

    /// CloudFormation also takes the texts "true" and "false" for a boolean.
    boolean booleanOr(String name, boolean fallback) {
        JsonNode value = node.get(name);
        if (value == null) {
            return fallback;
        }
        return switch (value.asText()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("%s: expected true or false, is %s".formatted(at(name), shown(value)));
        };
    }

    JsonMembers object(String name) {
        return new JsonMembers(at(name), node.get(name));
    }

    List<JsonMembers> objects(String name) {
        List<JsonMembers> objects = new ArrayList<>();
        for (JsonNode element : list(name)) {
            objects.add(new JsonMembers("%s[%d]".formatted(at(name), objects.size()), element));
        }
        return List.copyOf(objects);
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(name)) {
            texts.add(text("%s[%d]".formatted(at(name), texts.size()), element));
        }
        return List.copyOf(texts);
    }

    /// As policy documents write it: one text, or a list of texts.
    List<String> textOrTexts(String name) {
        JsonNode value = node.get(name);
        List<String> texts = value != null && value.isTextual() ? List.of(value.textValue()) : texts(name);
        if (texts.isEmpty()) {
            throw new IllegalArgumentException(at(name) + ": the list is empty");
        }
        return texts;
    }

    String at(String name) {
        return where + "." + name;
    }

    private JsonNode list(String name) {
        JsonNode value = node.get(name);
        if (value == null || !value.isArray()) {
            throw new IllegalArgumentException("%s: expected a list, is %s".formatted(at(name), shown(value)));
        }
        return value;
    }

    private static String text(String at, JsonNode value) {
        if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
            throw new IllegalArgumentException("%s: expected text, is %s".formatted(at, shown(value)));
        }
        return value.textValue();
    }

    private static String shown(JsonNode value) {
        return value == null || value.isMissingNode() ? "absent" : Names.shown(value.toString());
    }
}
