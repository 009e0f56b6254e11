package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A synthesized cloud assembly: what would be deployed.
///
/// @param stacks             in the order of the manifest, which is that of deployment
/// @param bootstrapVersion   of the CDK's bootstrap stack, at least
/// @param bootstrapParameter of SSM, which says the version that is there
record Assembly(Path directory, List<Stack> stacks, int bootstrapVersion, String bootstrapParameter) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("Millrace-([a-z][a-z0-9]*)-State");

    /// @param bytes       of its template
    /// @param isProtected whether it refuses to be deleted
    record Stack(String name, JsonNode template, long bytes, boolean isProtected) {
        List<Map.Entry<String, JsonNode>> resources() {
            return List.copyOf(template.path("Resources").properties());
        }
    }

    /// @throws IllegalArgumentException if there is none, or not one of Millrace
    static Assembly read(Path directory) throws IOException {
        Path manifest = directory.resolve("manifest.json");
        if (!Files.isRegularFile(manifest)) {
            throw new IllegalArgumentException("%s is no cloud assembly: it has no manifest.json; ./millrace synth --output DIR makes one".formatted(directory));
        }
        List<Stack> stacks = new ArrayList<>();
        int version = 0;
        String parameter = "";
        for (Map.Entry<String, JsonNode> artifact : JSON.readTree(manifest.toFile()).path("artifacts").properties()) {
            JsonNode properties = artifact.getValue().path("properties");
            if (!artifact.getValue().path("type").asText().equals("aws:cloudformation:stack")) {
                continue;
            }
            Path template = directory.resolve(properties.path("templateFile").asText());
            stacks.add(new Stack(properties.path("stackName").asText(artifact.getKey()), JSON.readTree(template.toFile()), Files.size(template),
                    properties.path("terminationProtection").asBoolean()));
            version = Math.max(version, properties.path("requiresBootstrapStackVersion").asInt());
            parameter = properties.path("bootstrapStackVersionSsmParameter").asText(parameter);
        }
        if (stacks.stream().noneMatch(stack -> NAME.matcher(stack.name()).matches())) {
            throw new IllegalArgumentException("%s has no stack called Millrace-<environment>-State: %s".formatted(directory, stacks.stream().map(Stack::name).toList()));
        }
        return new Assembly(directory, List.copyOf(stacks), version, parameter);
    }

    /// The stack that holds the data.
    Stack state() {
        return stacks.stream().filter(stack -> NAME.matcher(stack.name()).matches()).findFirst().orElseThrow();
    }

    /// As `-c environment` says it.
    String environment() {
        Matcher name = NAME.matcher(state().name());
        if (!name.matches()) {
            throw new IllegalStateException(state().name());
        }
        return name.group(1);
    }

    /// The resources of a type, in all stacks.
    Stream<JsonNode> properties(String type) {
        return stacks.stream().flatMap(stack -> stack.resources().stream()).map(Map.Entry::getValue).filter(resource -> resource.path("Type").asText().equals(type))
                .map(resource -> resource.path("Properties"));
    }

    /// There is one, or none.
    boolean has(String type) {
        return properties(type).findAny().isPresent();
    }
}
