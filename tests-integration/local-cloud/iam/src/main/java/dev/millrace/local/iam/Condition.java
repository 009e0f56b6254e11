package dev.millrace.local.iam;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// One key of one operator: holds if any of the values fits. A key that a request does not carry fits nothing ("IAM JSON
/// policy elements: Condition operators").
///
/// @param key in lower case: the names of keys are not case-sensitive
record Condition(String key, List<Wildcard> values) {
    /// What ARNs are compared by may have wildcards with both operators, texts by `StringLike` only.
    private static final Map<String, Function<String, Wildcard>> OPERATORS = Map.of(
            "StringEquals", Condition::literal,
            "StringLike", value -> Wildcard.of(value, 0),
            "ArnEquals", value -> Wildcard.of(value, 0),
            "ArnLike", value -> Wildcard.of(value, 0));

    Condition {
        values = List.copyOf(values);
    }

    static Condition of(String where, String operator, String key, List<String> values) {
        Function<String, Wildcard> comparison = OPERATORS.get(operator);
        if (comparison == null) {
            throw new IllegalArgumentException("%s: the condition %s is not simulated, only %s are".formatted(where, operator, OPERATORS.keySet().stream().sorted().toList()));
        }
        return new Condition(key.toLowerCase(Locale.ROOT), values.stream().map(comparison).toList());
    }

    private static Wildcard literal(String value) {
        return new Wildcard(Pattern.compile(Pattern.quote(value)));
    }

    /// @param context keys in lower case
    boolean holds(Map<String, String> context) {
        String value = context.get(key);
        return value != null && values.stream().anyMatch(expected -> expected.matches(value));
    }
}
