package dev.millrace.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.local.iam.RoleRights;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects `AWS::IoT::Policy`, `AWS::IoT::TopicRule` and `AWS::IoT::ProvisioningTemplate` for the process that plays IoT
/// Core; it starts after the deployment and reads all of them from its configuration. Things that are there from the start
/// have the policy that the first provisioning template would give them; without a template, the first policy.
final class IotResources {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /// AWS IoT: CreatePolicy, policyName `[\w+=,.@-]+`, up to 128.
    private static final PhysicalName POLICY = new PhysicalName(128, false, '-');
    /// AWS IoT: CreateProvisioningTemplate, templateName `[0-9A-Za-z_-]+`, up to 36.
    private static final PhysicalName TEMPLATE = new PhysicalName(36, false, '-');
    private static final String SERVICE = "iot.amazonaws.com";
    private static final String FLEET_PROVISIONING = "FLEET_PROVISIONING";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ArrayNode policies = NODES.arrayNode();
    private final ArrayNode rules = NODES.arrayNode();
    private final ArrayNode templates = NODES.arrayNode();
    private final Map<String, String> templateArns = new HashMap<>();
    private final Map<String, String> ruleArns = new HashMap<>();

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::IoT::Policy", this::policy, "AWS::IoT::TopicRule", this::rule, "AWS::IoT::ProvisioningTemplate", this::template);
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
        ruleArns.put(name, request.arn("iot", "rule/" + name));
        return Provisioned.simulated(name, Map.of("Arn", ruleArns.get(name)));
    }

    private Provisioned template(ResourceRequest request) {
        request.allow(Set.of("TemplateName", "TemplateBody", "Enabled", "TemplateType", "PreProvisioningHook", "ProvisioningRoleArn"), Set.of("Description", "Tags"));
        String name = request.name("TemplateName", TEMPLATE);
        if (!request.flag("Enabled")) {
            throw request.wrong("Enabled", "true: a template that is not served is not simulated", "false");
        }
        String type = request.text("TemplateType").orElse(FLEET_PROVISIONING);
        if (!type.equals(FLEET_PROVISIONING)) {
            throw request.wrong("TemplateType", FLEET_PROVISIONING, type);
        }
        // a template without a function would let every claim certificate in
        String hook = request.part("PreProvisioningHook").requiredText("TargetArn");
        templates.addObject().put("name", name).put("hook", hook).put("body", request.requiredText("TemplateBody"))
                .put("role", request.requiredText("ProvisioningRoleArn"));
        String arn = request.arn("iot", "provisioningtemplate/" + name);
        templateArns.put(name, arn);
        return Provisioned.simulated(name, Map.of("TemplateArn", arn));
    }

    /// Takes the roles that rules act under and that templates register devices with, as AWS IoT does.
    ///
    /// @return those of the rules' actions by their access key
    /// @throws dev.millrace.local.template.TemplateException if AWS IoT may not take one for the rule or template that names it
    Map<String, RoleRights> takeRoles(Roles roles) {
        for (JsonNode template : templates) {
            String name = template.path("name").asText();
            ((ObjectNode) template).set("role", roles.take("provisioning template " + name, template.path("role").asText(), SERVICE, templateArns.get(name)).toJson());
        }
        Map<String, RoleRights> byKey = new HashMap<>();
        for (JsonNode rule : rules) {
            String name = rule.path("name").asText();
            for (JsonNode arn : rule.path("payload").findValues("RoleArn")) {
                RoleRights rights = roles.take("topic rule " + name, arn.asText(), SERVICE, ruleArns.get(name));
                byKey.put(rights.accessKeyId(), rights);
            }
        }
        return byKey;
    }

    /// @throws IllegalStateException if the template does not permit AWS IoT to ask a provisioning template's function: on AWS
    ///                               every device would be refused then
    void requirePermitted(LambdaResources lambda) {
        for (JsonNode template : templates) {
            String hook = template.path("hook").asText();
            String source = templateArns.get(template.path("name").asText());
            if (!lambda.mayInvoke(SERVICE, source, hook)) {
                throw new IllegalStateException("AWS IoT may not invoke %s for %s: the template has no AWS::Lambda::Permission for it".formatted(hook, source));
            }
        }
    }

    private String fleetPolicy() {
        for (JsonNode template : templates) {
            for (JsonNode resource : parsed(template.path("body").asText()).path("Resources")) {
                if (resource.path("Type").asText().equals("AWS::IoT::Policy")) {
                    return resource.path("Properties").path("PolicyName").asText();
                }
            }
        }
        return policies.get(0).path("name").asText();
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the body of a provisioning template is not JSON: " + e.getOriginalMessage(), e);
        }
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
        if (!templates.isEmpty()) {
            configuration.set("templates", templates);
        }
        if (!things.isEmpty()) {
            if (policies.isEmpty()) {
                throw new IllegalStateException("%d things, but the template has no AWS::IoT::Policy for their certificates".formatted(things.size()));
            }
            ObjectNode fleet = configuration.putObject("fleet").put("policy", fleetPolicy());
            things.forEach(fleet.putArray("things")::add);
        }
        return configuration;
    }
}
