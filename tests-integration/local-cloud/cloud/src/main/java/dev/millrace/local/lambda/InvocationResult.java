package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

/// What became of one synchronous invocation.
public sealed interface InvocationResult {
    /// The handler returned.
    ///
    /// @param response as the function wrote it, usually JSON; may be empty
    record Succeeded(byte[] response) implements InvocationResult {
        public Succeeded {
            requireNonNull(response, "response is null");
        }
    }

    /// The handler threw, the function could not be initialised, or its response is larger than 6 MB.
    ///
    /// @param type as in the header `Lambda-Runtime-Function-Error-Type`
    /// @param body JSON with `errorMessage`, `errorType` and mostly `stackTrace`
    record FunctionError(String type, byte[] body) implements InvocationResult {
        public FunctionError {
            requireNonNull(type, "type is null");
            requireNonNull(body, "body is null");
        }
    }

    /// The function did not answer within its timeout and was killed.
    record TimedOut() implements InvocationResult {
    }

    /// The function's process ended during the invocation.
    ///
    /// @param lastLog the last lines that it wrote
    record Crashed(int exitCode, String lastLog) implements InvocationResult {
        public Crashed {
            requireNonNull(lastLog, "lastLog is null");
        }
    }

    /// For people to read.
    default String inWords() {
        return switch (this) {
            case Succeeded _ -> "it returned";
            case FunctionError(String type, byte[] body) -> "%s %s".formatted(type, new String(body, UTF_8));
            case TimedOut() -> "it timed out";
            case Crashed(int exitCode, String lastLog) -> "exit code %d: %s".formatted(exitCode, lastLog);
        };
    }
}
