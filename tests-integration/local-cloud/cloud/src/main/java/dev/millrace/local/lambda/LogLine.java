package dev.millrace.local.lambda;

import static java.util.Objects.requireNonNull;

/// One line that a function wrote to its output or error stream.
public record LogLine(String functionName, String environmentId, String text) {
    public LogLine {
        requireNonNull(functionName, "functionName is null");
        requireNonNull(environmentId, "environmentId is null");
        requireNonNull(text, "text is null");
    }
}
