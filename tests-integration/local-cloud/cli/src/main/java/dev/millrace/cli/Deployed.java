package dev.millrace.cli;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Map;

/// Where the deployed pipeline can be asked: the front door and the stacks' outputs.
///
/// @param endpoint of every AWS service
/// @param region   for the clients' signatures
/// @param outputs  of the stacks, by name
public record Deployed(URI endpoint, String region, Map<String, String> outputs) {
    public Deployed {
        requireNonNull(endpoint, "endpoint is null");
        requireNonNull(region, "region is null");
        outputs = Map.copyOf(outputs);
    }

    /// @throws IllegalStateException if the stacks have no such output
    public String output(String name) {
        String value = outputs.get(name);
        if (value == null) {
            throw new IllegalStateException("the stacks have no output %s, only %s".formatted(name, outputs.keySet()));
        }
        return value;
    }
}
