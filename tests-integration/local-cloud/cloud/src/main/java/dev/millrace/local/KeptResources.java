package dev.millrace.local;

import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.Provisioned.Standing;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.util.Map;

/// Resources that do nothing by themselves here, but whose names and properties others read: roles and policies, to which
/// [Roles] holds everybody, and log groups. Their properties stay in the deployment, resolved.
final class KeptResources {
    private KeptResources() {
    }

    static Map<String, ResourceProvider> providers() {
        return Map.ofEntries(
                Map.entry("AWS::CDK::Metadata", request -> Provisioned.simulated(request.logicalId(), Map.of())),
                Map.entry("AWS::IAM::ManagedPolicy", request -> policy(request, "ManagedPolicyName")),
                Map.entry("AWS::IAM::Policy", request -> policy(request, "PolicyName")),
                Map.entry("AWS::IAM::Role", KeptResources::role),
                Map.entry("AWS::Logs::LogGroup", KeptResources::logGroup));
    }

    /// IAM is global: its ARNs have no region.
    private static String iam(ResourceRequest request, String resource) {
        return "arn:aws:iam::%s:%s".formatted(request.partition().account(), resource);
    }

    private static Provisioned role(ResourceRequest request) {
        String name = request.name("RoleName", PhysicalName.ORDINARY);
        String path = request.text("Path").orElse("/");
        return Provisioned.simulated(name, Map.of("Arn", iam(request, "role" + path + name), "RoleId", "AROA" + name));
    }

    private static Provisioned policy(ResourceRequest request, String property) {
        String name = request.name(property, PhysicalName.ORDINARY);
        String ref = request.type().equals("AWS::IAM::ManagedPolicy") ? iam(request, "policy" + request.text("Path").orElse("/") + name) : name;
        return Provisioned.simulated(ref, Map.of());
    }

    private static Provisioned logGroup(ResourceRequest request) {
        String name = request.name("LogGroupName", PhysicalName.ORDINARY);
        return new Provisioned(name, Map.of("Arn", request.arn("logs", "log-group:%s:*".formatted(name))), Standing.NOT_SIMULATED);
    }
}
