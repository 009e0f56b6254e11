package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What `cdk synth` left in a directory: stacks and the files (assets) that they need.
///
/// Source of the format: aws-cdk `cloud-assembly-schema`, manifest.json and the asset manifests.
public final class CloudAssembly {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> WITHOUT_EFFECT = Set.of("cdk:tree", "cdk:feature-flag-report", "none");

    private final Path directory;
    private final Map<String, StackTemplate> stacks = new LinkedHashMap<>();
    private final Map<String, Path> assets = new LinkedHashMap<>();

    private CloudAssembly(Path directory) {
        this.directory = directory;
    }

    /// Reads an assembly.
    ///
    /// @param directory with a manifest.json, mostly `cdk.out`
    /// @throws TemplateException if something in it is missing or not understood
    public static CloudAssembly read(Path directory) {
        requireNonNull(directory, "directory is null");
        if (!Files.isRegularFile(directory.resolve("manifest.json"))) {
            throw new TemplateException("no manifest.json in %s: expected the directory that `cdk synth` writes".formatted(directory));
        }
        var assembly = new CloudAssembly(directory);
        JsonNode artifacts = assembly.json("manifest.json").path("artifacts");
        artifacts.properties().forEach(artifact -> assembly.readArtifact(artifact.getKey(), artifact.getValue(), artifacts));
        if (assembly.stacks.isEmpty()) {
            throw new TemplateException("%s has no stack".formatted(directory.resolve("manifest.json")));
        }
        return assembly;
    }

    /// The stacks, each after those that it needs.
    public List<StackTemplate> stacks() {
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        stacks.values().forEach(stack -> needs.put(stack.name(), Set.copyOf(stack.needs())));
        return CreationOrder.of("assembly " + directory, needs).stream().map(stacks::get).toList();
    }

    /// The file or directory that is uploaded under an object key before a deployment; here it is used where it lies.
    ///
    /// @throws TemplateException if no asset has this key
    public Path asset(String objectKey) {
        Path file = assets.get(objectKey);
        if (file == null) {
            throw new TemplateException("no asset with the object key %s in %s; there are %s".formatted(objectKey, directory, assets.keySet()));
        }
        if (!Files.exists(file)) {
            throw new TemplateException("asset %s is not there: %s".formatted(objectKey, file));
        }
        return file;
    }

    private void readArtifact(String id, JsonNode artifact, JsonNode artifacts) {
        String type = artifact.path("type").asText();
        switch (type) {
            case "aws:cloudformation:stack" -> {
                StackTemplate stack = stack(id, artifact, artifacts);
                if (stacks.put(stack.name(), stack) != null) {
                    throw new TemplateException("%s: two stacks have the name %s".formatted(directory, stack.name()));
                }
            }
            case "cdk:asset-manifest" -> readAssets(required(artifact.path("properties"), "file", id));
            default -> {
                if (!WITHOUT_EFFECT.contains(type)) {
                    throw new TemplateException("artifact %s in %s has the type '%s', which is not implemented by the local cloud"
                            .formatted(id, directory, type));
                }
            }
        }
    }

    private StackTemplate stack(String id, JsonNode artifact, JsonNode artifacts) {
        JsonNode properties = artifact.path("properties");
        Map<String, String> parameters = new LinkedHashMap<>();
        properties.path("parameters").properties().forEach(given -> parameters.put(given.getKey(), given.getValue().asText()));
        List<String> needs = new ArrayList<>();
        for (JsonNode need : artifact.path("dependencies")) {
            JsonNode other = artifacts.path(need.asText());
            if (other.path("type").asText().equals("aws:cloudformation:stack")) {
                needs.add(stackName(need.asText(), other));
            }
        }
        return new StackTemplate(stackName(id, artifact), json(required(properties, "templateFile", id)), parameters, needs);
    }

    private static String stackName(String id, JsonNode artifact) {
        return artifact.path("properties").path("stackName").asText(id);
    }

    private void readAssets(String file) {
        JsonNode manifest = json(file);
        // images are for what runs containers, which is not simulated; a function that wanted one would be refused for it
        for (JsonNode asset : manifest.path("files")) {
            if (asset.path("source").has("executable")) {
                throw new TemplateException("%s has an asset that a command makes, which is not implemented by the local cloud"
                        .formatted(directory.resolve(file)));
            }
            Path source = directory.resolve(required(asset.path("source"), "path", file)).normalize();
            for (JsonNode destination : asset.path("destinations")) {
                assets.put(required(destination, "objectKey", file), source);
            }
        }
    }

    private JsonNode json(String file) {
        Path path = directory.resolve(file);
        try {
            return JSON.readTree(path.toFile());
        } catch (IOException e) {
            throw new TemplateException("%s cannot be read as JSON: %s".formatted(path, e.getMessage()), e);
        }
    }

    private String required(JsonNode node, String member, String where) {
        JsonNode value = node.path(member);
        if (!value.isTextual()) {
            throw new TemplateException("%s in %s: member %s expected as a string, came %s".formatted(where, directory, member, value));
        }
        return value.asText();
    }
}
