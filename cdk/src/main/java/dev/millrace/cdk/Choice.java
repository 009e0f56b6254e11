package dev.millrace.cdk;

import dev.millrace.events.Names;
import java.util.List;
import java.util.Map;

/// A setting that is one of a few words.
///
/// @param values in the order in which they are told
record Choice(String key, List<String> values) {
    /// Of `true` and `false`.
    static Choice flag(String key) {
        return new Choice(key, List.of("true", "false"));
    }

    /// @throws ConfigException if it is missing or another word
    String read(Map<String, ?> context) {
        Object value = context.get(key);
        if (value == null || !values.contains(value.toString())) {
            throw new ConfigException("%s must be one of %s: %s".formatted(key, String.join(", ", values), Names.shown(value == null ? null : value.toString())));
        }
        return value.toString();
    }

    /// Whether the setting is this word.
    boolean is(String word, Map<String, ?> context) {
        return read(context).equals(word);
    }
}
