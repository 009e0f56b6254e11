package dev.millrace.local.timestream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The members of a JSON request, read with an error that names the member. Null members count as absent.
record Fields(JsonNode node) {
    String text(String name) {
        return optionalText(name).orElseThrow(() -> ApiException.validation("%s is missing", name));
    }

    Optional<String> optionalText(String name) {
        return optional(name).map(value -> {
            if (!value.isTextual()) {
                throw ApiException.validation("%s must be a string, not %s", name, value);
            }
            return value.textValue();
        });
    }

    Optional<Long> optionalLong(String name) {
        return optional(name).map(value -> {
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw ApiException.validation("%s must be a whole number, not %s", name, value);
            }
            return value.longValue();
        });
    }

    boolean flag(String name) {
        return optional(name).map(value -> {
            if (!value.isBoolean()) {
                throw ApiException.validation("%s must be a boolean, not %s", name, value);
            }
            return value.booleanValue();
        }).orElse(false);
    }

    Optional<Fields> optionalObject(String name) {
        return optional(name).map(value -> {
            if (!value.isObject()) {
                throw ApiException.validation("%s must be an object, not %s", name, value);
            }
            return new Fields(value);
        });
    }

    /// The objects of a list; empty when the list is absent.
    List<Fields> objects(String name) {
        return optional(name).map(value -> {
            if (!value.isArray() || StreamSupport.stream(value.spliterator(), false).anyMatch(element -> !element.isObject())) {
                throw ApiException.validation("%s must be a list of objects", name);
            }
            return StreamSupport.stream(value.spliterator(), false).map(Fields::new).toList();
        }).orElse(List.of());
    }

    private Optional<JsonNode> optional(String name) {
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }
}
