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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Collects functions, versions, aliases, permissions and event source mappings; they are started when all stacks are deployed.
///
/// A stack is deployed once here, so the published version of a function is what the template says of it, and an alias
/// is a name for that version.
final class LambdaResources {
    private static final Set<String> USED = Set.of("Code", "Environment", "FunctionName", "Handler", "LoggingConfig", "MemorySize", "Role", "Runtime", "Timeout");
    /// A zip with Java classes runs on any processor, and there is no snapshot to start from.
    private static final Set<String> WITHOUT_EFFECT = Set.of("Architectures", "Description", "SnapStart", "Tags", "TracingConfig",
            "EphemeralStorage", "KmsKeyArn", "RuntimeManagementConfig");
    private static final Set<String> INVOKERS = Set.of("events.amazonaws.com", "iot.amazonaws.com");
    /// The runtime that the host imitates.
    private static final String RUNTIME = "java25";

    private final CloudAssembly assembly;
    private final Map<String, FunctionDefinition> functions = new LinkedHashMap<>();
    private final List<MappingDefinition> mappings = new ArrayList<>();
    /// ARN of an alias to the name of its function.
    private final Map<String, String> qualified = new LinkedHashMap<>();
    private final Set<Permission> permissions = new LinkedHashSet<>();
    /// ARNs of functions that are not run.
    private final Set<String> helpers = new LinkedHashSet<>();

    /// @param principal   an AWS service
    /// @param sourceArn   on whose behalf
    /// @param functionArn of the function, version or alias
    private record Permission(String principal, String sourceArn, String functionArn) {
    }

    LambdaResources(CloudAssembly assembly) {
        this.assembly = assembly;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Lambda::Function", this::function, "AWS::Lambda::Version", this::version, "AWS::Lambda::Alias", this::alias,
                "AWS::Lambda::EventSourceMapping", this::mapping, "AWS::Lambda::Permission", this::permission);
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
            helpers.add(arn);
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
                Duration.ofSeconds(request.integer("Timeout", 3)), request.requiredText("Role"),
                request.part("LoggingConfig").text("LogGroup").orElse("/aws/lambda/" + name), environment);
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
        String arn = arn(named, request);
        String function = functionOf(arn).orElseThrow(() ->
                request.wrong("FunctionName", "a function, version or alias of the template, of " + functions.keySet(), named));
        String id = UUID.nameUUIDFromBytes((request.stack() + "/" + request.logicalId()).getBytes(StandardCharsets.UTF_8)).toString();
        mappings.add(MappingDefinition.of(request, id, function, arn));
        return Provisioned.simulated(id, Map.of("Id", id, "EventSourceMappingArn", request.arn("lambda", "event-source-mapping:" + id)));
    }

    /// Those of EventBridge and AWS IoT are asked for when they start, see [EventRules] and [IotResources]; no other service
    /// invokes functions so here.
    private Provisioned permission(ResourceRequest request) {
        String principal = request.requiredText("Principal");
        if (!INVOKERS.contains(principal)) {
            return new Provisioned(request.logicalId(), Map.of("Id", request.logicalId()), Standing.NOT_ENFORCED);
        }
        // the account is the only one here, and stands in the ARN of the source
        request.allow(Set.of("Action", "FunctionName", "Principal", "SourceArn"), Set.of("SourceAccount"));
        String action = request.requiredText("Action");
        if (!action.equals("lambda:InvokeFunction")) {
            throw request.wrong("Action", "lambda:InvokeFunction", action);
        }
        permissions.add(new Permission(principal, request.requiredText("SourceArn"), arn(request.requiredText("FunctionName"), request)));
        return Provisioned.simulated(request.logicalId(), Map.of("Id", request.logicalId()));
    }

    boolean mayInvoke(String principal, String sourceArn, String functionArn) {
        return permissions.contains(new Permission(principal, sourceArn, functionArn));
    }

    private static String arn(String named, ResourceRequest request) {
        return named.startsWith("arn:") ? named : request.arn("lambda", "function:" + named);
    }

    /// Whether the template has this function, but in a language that is not run here.
    boolean isHelper(String arn) {
        return helpers.contains(arn);
    }

    /// The name of the function that a function's, version's or alias' ARN means.
    Optional<String> functionOf(String arn) {
        // the ARN of a function that is published ends with the version
        return functions.values().stream().filter(function -> (function.arn() + ":").startsWith(arn + ":")).map(FunctionDefinition::name).findFirst()
                .or(() -> Optional.ofNullable(qualified.get(arn)));
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
