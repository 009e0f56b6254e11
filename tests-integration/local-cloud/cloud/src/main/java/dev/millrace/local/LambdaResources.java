package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.template.CloudAssembly;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.Provisioned.Standing;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Collects functions, versions, aliases and event source mappings; they are started when all stacks are deployed.
///
/// A stack is deployed once here, so the published version of a function is what the template says of it, and an alias
/// is a name for that version.
final class LambdaResources {
    private static final Set<String> USED = Set.of("Code", "Environment", "FunctionName", "Handler", "MemorySize", "Role", "Runtime", "Timeout");
    /// A zip with Java classes runs on any processor, and there is no snapshot to start from.
    private static final Set<String> WITHOUT_EFFECT = Set.of("Architectures", "Description", "LoggingConfig", "SnapStart", "Tags", "TracingConfig",
            "EphemeralStorage", "KmsKeyArn", "RuntimeManagementConfig");
    /// The runtime that the host imitates.
    private static final String RUNTIME = "java25";

    private final CloudAssembly assembly;
    private final Map<String, FunctionDefinition> functions = new LinkedHashMap<>();
    private final List<MappingDefinition> mappings = new ArrayList<>();
    /// ARN of an alias to the name of its function.
    private final Map<String, String> qualified = new LinkedHashMap<>();

    LambdaResources(CloudAssembly assembly) {
        this.assembly = assembly;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Lambda::Function", this::function, "AWS::Lambda::Version", this::version, "AWS::Lambda::Alias", this::alias,
                "AWS::Lambda::EventSourceMapping", this::mapping, "AWS::Lambda::Permission", LambdaResources::permission);
    }

    List<FunctionDefinition> functions() {
        return List.copyOf(functions.values());
    }

    List<MappingDefinition> mappings() {
        return List.copyOf(mappings);
    }

    private Provisioned function(ResourceRequest request) {
        String name = request.name("FunctionName", PhysicalName.ORDINARY);
        String arn = request.arn("lambda", "function:" + name);
        String runtime = request.text("Runtime").orElse("none");
        if (!runtime.startsWith("java")) {
            // a helper of the CDK in another language: listed, never run
            return new Provisioned(name, Map.of("Arn", arn), Standing.NOT_SIMULATED);
        }
        request.allow(USED, WITHOUT_EFFECT);
        if (!runtime.equals(RUNTIME)) {
            throw request.wrong("Runtime", RUNTIME + ", the runtime that functions have here", runtime);
        }
        Map<String, String> environment = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> variable : request.properties().path("Environment").path("Variables").properties()) {
            environment.put(variable.getKey(), variable.getValue().asText());
        }
        Path zip = assembly.asset(request.part("Code").requiredText("S3Key"));
        var definition = new FunctionDefinition(name, arn, zip, request.requiredText("Handler"), request.integer("MemorySize", 128),
                Duration.ofSeconds(request.integer("Timeout", 3)), request.requiredText("Role"), environment);
        for (FunctionDefinition other : functions.values()) {
            if (other.accessKeyId().equals(definition.accessKeyId())) {
                throw request.wrong("FunctionName", "a name that differs from %s by a letter or digit".formatted(other.name()), name);
            }
        }
        functions.put(name, definition);
        return Provisioned.simulated(name, Map.of("Arn", arn));
    }

    private Provisioned version(ResourceRequest request) {
        request.allow(Set.of("FunctionName"), Set.of("Description", "CodeSha256"));
        FunctionDefinition function = named(request);
        String arn = request.arn("lambda", "function:%s:1".formatted(function.name()));
        if (qualified.put(arn, function.name()) != null) {
            throw request.wrong("FunctionName", "a function of which no version is published yet", function.name());
        }
        functions.put(function.name(), function.published(1));
        return Provisioned.simulated(arn, Map.of("Version", "1", "FunctionArn", arn));
    }

    private Provisioned alias(ResourceRequest request) {
        request.allow(Set.of("FunctionName", "FunctionVersion", "Name"), Set.of("Description"));
        String function = named(request).name();
        String version = request.requiredText("FunctionVersion");
        if (!version.equals("$LATEST") && !qualified.containsKey(request.arn("lambda", "function:%s:%s".formatted(function, version)))) {
            throw request.wrong("FunctionVersion", "a published version of " + function, version);
        }
        String arn = request.arn("lambda", "function:%s:%s".formatted(function, request.requiredText("Name")));
        qualified.put(arn, function);
        return Provisioned.simulated(arn, Map.of("AliasArn", arn));
    }

    private Provisioned mapping(ResourceRequest request) {
        String named = request.requiredText("FunctionName");
        String arn = named.startsWith("arn:") ? named : request.arn("lambda", "function:" + named);
        String function = functions.values().stream().map(FunctionDefinition::name)
                .filter(name -> arn.equals(request.arn("lambda", "function:" + name))).findFirst().orElse(qualified.get(arn));
        if (function == null) {
            throw request.wrong("FunctionName", "a function, version or alias of the template, of " + functions.keySet(), named);
        }
        String id = UUID.nameUUIDFromBytes((request.stack() + "/" + request.logicalId()).getBytes(StandardCharsets.UTF_8)).toString();
        mappings.add(MappingDefinition.of(request, id, function, arn));
        return Provisioned.simulated(id, Map.of("Id", id, "EventSourceMappingArn", request.arn("lambda", "event-source-mapping:" + id)));
    }

    private static Provisioned permission(ResourceRequest request) {
        return new Provisioned(request.logicalId(), Map.of("Id", request.logicalId()), Standing.NOT_ENFORCED);
    }

    private FunctionDefinition named(ResourceRequest request) {
        String name = request.requiredText("FunctionName");
        FunctionDefinition function = functions.get(name.substring(name.lastIndexOf(':') + 1));
        if (function == null) {
            throw request.wrong("FunctionName", "one of " + functions.keySet(), name);
        }
        return function;
    }
}
