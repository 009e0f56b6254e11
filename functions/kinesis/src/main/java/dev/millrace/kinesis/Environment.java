package dev.millrace.kinesis;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/// A function's environment variables, as the infrastructure sets them.
///
/// @param function  for messages
/// @param variables name to value
public record Environment(String function, Map<String, String> variables) {
    public Environment {
        requireNonNull(function, "function is null");
        variables = Map.copyOf(variables);
    }

    /// A variable that must be there.
    ///
    /// @throws IllegalStateException if it is missing or blank: the function and its infrastructure do not belong together
    public String required(String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("function %s: environment variable %s is missing".formatted(function, name));
        }
        return value;
    }

    /// Whether there is a hot store: `HOT_STORE` says `none` if there is not. Without the variable there is one, so that one
    /// that is lost cannot turn the hot store off.
    ///
    /// @throws IllegalStateException if the variable is anything else
    public boolean hasHotStore() {
        String value = variables.get("HOT_STORE");
        if (value == null) {
            return true;
        }
        if (value.equals("none")) {
            return false;
        }
        throw new IllegalStateException("function %s: environment variable HOT_STORE must be none or not be there: '%s'".formatted(function, value));
    }

    /// The published version of the function, as Lambda tells it; `$LATEST`, which any code may be, is none.
    public Optional<String> functionVersion() {
        return Optional.ofNullable(variables.get("AWS_LAMBDA_FUNCTION_VERSION")).filter(version -> !version.isBlank() && !version.equals("$LATEST"));
    }

    /// A variable that must be there, and a whole number.
    ///
    /// @throws IllegalStateException if it is not
    public int requiredWholeNumber(String name) {
        String value = required(name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalStateException("function %s: environment variable %s must be a whole number: '%s'".formatted(function, name, value), e);
        }
    }
}
