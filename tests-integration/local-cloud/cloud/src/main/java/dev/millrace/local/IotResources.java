package dev.millrace.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects `AWS::IoT::Policy` and `AWS::IoT::TopicRule` for the process that plays IoT Core; it starts after the
/// deployment and reads all of them from its configuration. AWS IoT has one policy for a fleet here: the first.
final class IotResources {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /// AWS IoT: CreatePolicy, policyName `[\w+=,.@-]+`, up to 128.
    private static final PhysicalName POLICY = new PhysicalName(128, false, '-');

    private final ArrayNode policies = NODES.arrayNode();
    private final ArrayNode rules = NODES.arrayNode();

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::IoT::Policy", this::policy, "AWS::IoT::TopicRule", this::rule);
    }

    private Provisioned policy(ResourceRequest request) {
        request.allow(Set.of("PolicyName", "PolicyDocument"), Set.of("Tags"));
        String name = request.name("PolicyName", POLICY);
        policies.addObject().put("name", name).set("document", request.properties().path("PolicyDocument"));
        return Provisioned.simulated(name, Map.of("Arn", request.arn("iot", "policy/" + name), "Id", name));
    }

    private Provisioned rule(ResourceRequest request) {
        request.allow(Set.of("RuleName", "TopicRulePayload"), Set.of("Tags"));
        String name = request.name("RuleName", PhysicalName.RULE);
        rules.addObject().put("name", name).set("payload", request.properties().path("TopicRulePayload"));
        return Provisioned.simulated(name, Map.of("Arn", request.arn("iot", "rule/" + name)));
    }

    /// What the process is told when it starts.
    ///
    /// @param port   of MQTT, 0 for any free one
    /// @param things in the registry from the start
    /// @throws IllegalStateException if there are things but no policy that their certificates could have
    ObjectNode configuration(int port, String region, String account, URI awsEndpoint, Path directory, List<String> things) {
        ObjectNode configuration = NODES.objectNode().put("port", port).put("region", region).put("account", account)
                .put("awsEndpoint", awsEndpoint.toString()).put("directory", directory.toString());
        configuration.set("policies", policies);
        configuration.set("rules", rules);
        if (!things.isEmpty()) {
            if (policies.isEmpty()) {
                throw new IllegalStateException("%d things, but the template has no AWS::IoT::Policy for their certificates".formatted(things.size()));
            }
            ObjectNode fleet = configuration.putObject("fleet").put("policy", policies.get(0).path("name").asText());
            things.forEach(fleet.putArray("things")::add);
        }
        return configuration;
    }
}
