package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// An IAM role with the policy documents that the template attaches to it.
///
/// @param trust           who may assume it
/// @param documents       inline policies and policies of the template, resolved
/// @param managedPolicies ARNs of policies that are not in the template
public record Role(String name, String arn, JsonNode trust, List<JsonNode> documents, List<String> managedPolicies) {
    private static final Set<String> POLICIES = Set.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy");

    public Role {
        requireNonNull(name, "name is null");
        requireNonNull(arn, "arn is null");
        requireNonNull(trust, "trust is null");
        documents = List.copyOf(documents);
        managedPolicies = List.copyOf(managedPolicies);
    }

    static List<Role> in(List<Resource> resources) {
        return resources.stream().filter(resource -> resource.type().equals("AWS::IAM::Role")).map(role -> of(role, resources)).toList();
    }

    private static Role of(Resource role, List<Resource> resources) {
        String name = role.provisioned().ref();
        List<JsonNode> documents = new ArrayList<>();
        role.properties().path("Policies").forEach(inline -> documents.add(inline.path("PolicyDocument")));
        List<String> managed = new ArrayList<>();
        for (JsonNode arn : role.properties().path("ManagedPolicyArns")) {
            resources.stream().filter(resource -> resource.type().equals("AWS::IAM::ManagedPolicy")
                    && resource.provisioned().ref().equals(arn.asText())).findFirst()
                    .ifPresentOrElse(policy -> documents.add(policy.properties().path("PolicyDocument")), () -> managed.add(arn.asText()));
        }
        for (Resource policy : resources) {
            boolean attached = policy.properties().path("Roles").valueStream().anyMatch(attachedTo -> attachedTo.asText().equals(name));
            if (POLICIES.contains(policy.type()) && attached) {
                documents.add(policy.properties().path("PolicyDocument"));
            }
        }
        return new Role(name, role.provisioned().attributes().get("Arn"), role.properties().path("AssumeRolePolicyDocument"), documents, managed);
    }
}
