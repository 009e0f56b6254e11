package dev.millrace.local.lambda;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// A function as it is deployed. Ranges are those of the Lambda developer guide, "Quotas".
///
/// @param arn as the function sees it; a qualifier at the end is the version that it reports
/// @param zip classes at the root and jars in `lib/`
/// @param handler `package.Class` or `package.Class::method`
/// @param memoryMegabytes 128 to 10,240; some 70 % of it becomes the heap
/// @param timeout 1 s to 900 s
/// @param environment variables of the function, at most 4 KB in all; names that start with `AWS_LAMBDA_` are reserved
public record FunctionSpec(String name, String arn, Path zip, String handler, int memoryMegabytes, Duration timeout,
        Map<String, String> environment) {
    private static final int MEMORY_MIN = 128;
    private static final int MEMORY_MAX = 10_240;
    private static final Duration TIMEOUT_MIN = Duration.ofSeconds(1);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(15);
    private static final int ENVIRONMENT_CHARACTERS_MAX = 4 << 10;

    public FunctionSpec {
        requireNonNull(name, "name is null");
        requireNonNull(arn, "arn is null");
        requireNonNull(zip, "zip is null");
        requireNonNull(handler, "handler is null");
        environment = Map.copyOf(environment);
        if (!name.matches("[a-zA-Z0-9-_]{1,64}")) {
            throw new IllegalArgumentException("function name is not [a-zA-Z0-9-_]{1,64}: " + name);
        }
        if (handler.isBlank()) {
            throw new IllegalArgumentException("handler of function %s is blank".formatted(name));
        }
        if (memoryMegabytes < MEMORY_MIN || memoryMegabytes > MEMORY_MAX) {
            throw new IllegalArgumentException("memory of function %s not in %d..%d MB: %d"
                    .formatted(name, MEMORY_MIN, MEMORY_MAX, memoryMegabytes));
        }
        if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout of function %s not in 1..900 s: %s".formatted(name, timeout));
        }
        int characters = environment.entrySet().stream().mapToInt(e -> e.getKey().length() + e.getValue().length()).sum();
        if (characters > ENVIRONMENT_CHARACTERS_MAX) {
            throw new IllegalArgumentException("environment of function %s has %d characters, more than %d"
                    .formatted(name, characters, ENVIRONMENT_CHARACTERS_MAX));
        }
        for (String variable : environment.keySet()) {
            if (variable.startsWith("AWS_LAMBDA_") || variable.equals("_HANDLER") || variable.equals("LAMBDA_TASK_ROOT")) {
                throw new IllegalArgumentException("environment of function %s sets the reserved %s"
                        .formatted(name, variable));
            }
        }
    }

    /// The version that an ARN with a qualifier names, else `$LATEST`.
    String version() {
        String[] parts = arn.split(":", -1);
        return parts.length > 7 ? parts[7] : "$LATEST";
    }
}
