package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// No role has a managed policy that lets it do everything with a service, and a right on every resource needs a reason.
final class RightsAreNarrow implements TemplateRule {
    /// Actions that may be allowed on `*`, and why.
    static final Map<String, String> WITHOUT_RESOURCE = new TreeMap<>(Map.of(
            "ecr:GetAuthorizationToken", "takes no resource (Service Authorization Reference, Amazon ECR)",
            "iot:AttachThingPrincipal", "takes no resource (Service Authorization Reference, AWS IoT)",
            "timestream:DescribeEndpoints", "takes no resource (Service Authorization Reference, Timestream); every client calls it first"));

    @Override
    public void check(Templates templates, Consumer<String> refuse) {
        for (Templates.Resource role : templates.ofType("AWS::IAM::Role")) {
            JsonNode managed = role.properties().path("ManagedPolicyArns");
            if (managed.toString().contains("FullAccess") || managed.toString().contains("AdministratorAccess")) {
                refuse.accept(role.refused("a role must have no managed policy that allows everything", managed));
            }
            role.properties().path("Policies").forEach(policy -> checkStatements(role, policy, refuse));
        }
        for (String type : List.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")) {
            templates.ofType(type).forEach(policy -> checkStatements(policy, policy.properties(), refuse));
        }
    }

    private static void checkStatements(Templates.Resource of, JsonNode policy, Consumer<String> refuse) {
        for (JsonNode statement : each(policy.path("PolicyDocument").path("Statement"))) {
            if (!statement.path("Effect").asText().equals("Allow")) {
                continue;
            }
            if (statement.has("NotAction") || statement.has("NotResource")) {
                refuse.accept(of.refused("a statement must say what it allows, not what it does not", statement));
            }
            boolean isOnAll = each(statement.path("Resource")).stream().anyMatch(resource -> resource.asText().equals("*"));
            for (JsonNode action : each(statement.path("Action"))) {
                if (isOnAll && !WITHOUT_RESOURCE.containsKey(action.asText())) {
                    refuse.accept(of.refused("a right on every resource needs a reason in %s".formatted(RightsAreNarrow.class.getSimpleName()), action));
                }
            }
        }
    }

    /// The elements, or the one that is no list.
    private static List<JsonNode> each(JsonNode value) {
        List<JsonNode> elements = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(elements::add);
        } else if (!value.isMissingNode()) {
            elements.add(value);
        }
        return elements;
    }
}
