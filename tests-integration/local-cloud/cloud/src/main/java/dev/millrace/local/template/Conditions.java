package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// Decides the conditions of a template.
final class Conditions {
    private final Scope scope;
    private final Intrinsics values;

    Conditions(Scope scope, Intrinsics values) {
        this.scope = scope;
        this.values = values;
    }

    boolean named(String name) {
        return scope.condition(name).orElseThrow(() -> new TemplateException("there is no condition %s".formatted(name)));
    }

    boolean holds(JsonNode condition) {
        if (!condition.isObject() || condition.size() != 1) {
            throw new TemplateException("a condition must be one function, came %s".formatted(condition));
        }
        Map.Entry<String, JsonNode> function = condition.properties().iterator().next();
        JsonNode argument = function.getValue();
        return switch (function.getKey()) {
            case "Condition" -> named(argument.asText());
            case "Fn::Equals" -> {
                Intrinsics.requireList("Fn::Equals", argument, 2);
                yield values.text(argument.get(0), "Fn::Equals").equals(values.text(argument.get(1), "Fn::Equals"));
            }
            case "Fn::Not" -> {
                Intrinsics.requireList("Fn::Not", argument, 1);
                yield !holds(argument.get(0));
            }
            case "Fn::And" -> argument.valueStream().allMatch(this::holds);
            case "Fn::Or" -> argument.valueStream().anyMatch(this::holds);
            default -> throw new TemplateException("the condition function %s is not implemented by the local cloud".formatted(function.getKey()));
        };
    }
}
