package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// One stack while it is deployed. What it exports is added to what the stacks before it left.
final class StackDeployment implements Scope {
    /// Attributes of a resource that are read, or have no effect on a first deployment.
    private static final Set<String> MEMBERS = Set.of("Type", "Properties", "DependsOn", "Condition", "DeletionPolicy",
            "UpdateReplacePolicy", "Metadata", "UpdatePolicy");

    /// What earlier stacks of the same deployment left: exports by name, outputs by stack.
    record Earlier(Map<String, String> exports, Map<String, Map<String, String>> outputs) {
        Earlier() {
            this(new HashMap<>(), new LinkedHashMap<>());
        }
    }

    private final StackTemplate stack;
    private final Partition partition;
    private final Map<String, ResourceProvider> providers;
    private final Earlier earlier;
    private final Parameters parameters;
    private final Intrinsics intrinsics = new Intrinsics(this);
    private final Map<String, Resource> created = new LinkedHashMap<>();

    StackDeployment(StackTemplate stack, Partition partition, Map<String, ResourceProvider> providers, Earlier earlier) {
        this.stack = stack;
        this.partition = partition;
        this.providers = providers;
        this.earlier = earlier;
        this.parameters = new Parameters(stack, partition);
    }

    /// Creates all resources of the stack, then its outputs.
    List<Resource> run() {
        JsonNode resources = stack.section("Resources");
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        resources.properties().stream().filter(entry -> wanted(entry.getKey(), entry.getValue()))
                .forEach(entry -> needs.put(entry.getKey(), needs(entry.getKey(), entry.getValue(), resources)));
        needs.replaceAll((id, all) -> {
            Set<String> here = new LinkedHashSet<>(all);
            here.retainAll(needs.keySet());
            return here;
        });
        for (String id : CreationOrder.of("stack " + stack.name(), needs)) {
            created.put(id, create(id, resources.path(id)));
        }
        Map<String, String> outputs = new LinkedHashMap<>();
        stack.section("Outputs").properties().stream().filter(entry -> wanted(entry.getKey(), entry.getValue()))
                .forEach(entry -> outputs.put(entry.getKey(), output(entry.getKey(), entry.getValue())));
        earlier.outputs().put(stack.name(), outputs);
        return List.copyOf(created.values());
    }

    private boolean wanted(String id, JsonNode entry) {
        return !entry.has("Condition") || named(id, () -> intrinsics.holds(entry.path("Condition").asText()));
    }

    private Set<String> needs(String id, JsonNode resource, JsonNode all) {
        List<String> unknown = new ArrayList<>(resource.propertyStream().map(Map.Entry::getKey).toList());
        unknown.removeAll(MEMBERS);
        if (!unknown.isEmpty()) {
            throw new TemplateException("stack %s, resource %s: %s is not implemented by the local cloud".formatted(stack.name(), id, unknown));
        }
        JsonNode dependsOn = resource.path("DependsOn");
        List<String> named = dependsOn.isTextual() ? List.of(dependsOn.asText()) : dependsOn.valueStream().map(JsonNode::asText).toList();
        for (String name : named) {
            if (!all.has(name)) {
                throw new TemplateException("stack %s, resource %s: DependsOn names %s, which is not there".formatted(stack.name(), id, name));
            }
        }
        return References.in(resource);
    }

    private Resource create(String id, JsonNode resource) {
        String type = resource.path("Type").asText();
        JsonNode written = resource.has("Properties") ? resource.path("Properties") : JsonNodeFactory.instance.objectNode();
        JsonNode properties = named(id, () -> intrinsics.resolve(written));
        var request = new ResourceRequest(stack.name(), id, type, properties, partition);
        String known = type.startsWith(TemplateDeployer.CUSTOM_PREFIX) && !providers.containsKey(type) ? TemplateDeployer.CUSTOM_TYPES : type;
        ResourceProvider provider = providers.getOrDefault(known, MadeUp::resource);
        try {
            return new Resource(stack.name(), id, type, properties, provider.create(request));
        } catch (TemplateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TemplateException("stack %s, resource %s (%s) could not be created: %s".formatted(stack.name(), id, type, e.getMessage()), e);
        }
    }

    private String output(String id, JsonNode output) {
        String value = named(id, () -> intrinsics.text(output.path("Value"), "the value of an output"));
        if (output.has("Export")) {
            String name = named(id, () -> intrinsics.text(output.path("Export").path("Name"), "the name of an export"));
            if (earlier.exports().put(name, value) != null) {
                throw new TemplateException("stack %s, output %s: the export %s is there twice".formatted(stack.name(), id, name));
            }
        }
        return value;
    }

    private <T> T named(String id, Supplier<T> part) {
        try {
            return part.get();
        } catch (TemplateException e) {
            throw new TemplateException("stack %s, %s: %s".formatted(stack.name(), id, e.getMessage()), e);
        }
    }

    /// @param resource null if there is none
    private static void requireMade(Resource resource, String function) {
        if (resource != null && resource.provisioned().standing() == Provisioned.Standing.MADE_LATER) {
            throw new TemplateException("%s: %s is made by a function when the deployment is done, so the local cloud cannot refer to it"
                    .formatted(function, resource));
        }
    }

    @Override
    public Optional<JsonNode> ref(String name) {
        Resource resource = created.get(name);
        requireMade(resource, "Ref");
        return resource == null ? parameters.value(name) : Optional.of(TextNode.valueOf(resource.provisioned().ref()));
    }

    @Override
    public Optional<String> attribute(String logicalId, String attribute) {
        requireMade(created.get(logicalId), "Fn::GetAtt");
        return Optional.ofNullable(created.get(logicalId)).flatMap(resource -> {
            String value = resource.provisioned().attributes().get(attribute);
            boolean madeUp = value == null && resource.provisioned().standing() == Provisioned.Standing.NOT_SIMULATED;
            return Optional.ofNullable(madeUp ? MadeUp.attribute(resource, attribute) : value);
        });
    }

    @Override
    public Optional<String> exported(String name) {
        return Optional.ofNullable(earlier.exports().get(name));
    }

    @Override
    public Optional<String> outputOf(String other, String output) {
        return Optional.ofNullable(earlier.outputs().getOrDefault(other, Map.of()).get(output));
    }

    @Override
    public Optional<Boolean> condition(String name) {
        JsonNode condition = stack.section("Conditions").path(name);
        return condition.isMissingNode() ? Optional.empty() : Optional.of(intrinsics.decide(condition));
    }

    @Override
    public JsonNode mappings() {
        return stack.section("Mappings");
    }

    @Override
    public String region() {
        return partition.region();
    }
}
