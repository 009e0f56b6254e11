package dev.millrace.cdk;

import dev.millrace.events.Names;
import java.util.Map;

/// A setting that is a whole number.
///
/// @param min the least that is allowed
/// @param max the greatest that is allowed
record WholeNumber(String key, int min, int max) {
    /// @throws ConfigException if it is missing or no whole number; [#check] is for the bounds
    int read(Map<String, ?> context) {
        Object value = context.get(key);
        try {
            // a JSON number arrives as Integer or Double, a command line's as String
            return Integer.parseInt(value instanceof Double number && number % 1 == 0 ? Long.toString(number.longValue()) : String.valueOf(value));
        } catch (NumberFormatException _) {
            throw wrong(value == null ? null : value.toString());
        }
    }

    void check(int value) {
        if (value < min || value > max) {
            throw wrong(Integer.toString(value));
        }
    }

    private ConfigException wrong(String value) {
        return new ConfigException("%s must be a whole number from %d to %d: %s".formatted(key, min, max, Names.shown(value)));
    }
}
