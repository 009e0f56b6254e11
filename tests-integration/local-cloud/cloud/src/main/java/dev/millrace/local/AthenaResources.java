package dev.millrace.local;

import dev.millrace.local.glue.NamedQuery;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.Provisioned.Standing;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Collects what the template has for Athena: the queries it keeps for analysts. Workgroups are names only, with their
/// properties in the deployment: nobody runs queries through them here.
final class AthenaResources {
    private final List<NamedQuery> queries = new ArrayList<>();

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Athena::WorkGroup", AthenaResources::workGroup, "AWS::Athena::NamedQuery", this::namedQuery);
    }

    /// In the order in which they were made.
    List<NamedQuery> queries() {
        return List.copyOf(queries);
    }

    private static Provisioned workGroup(ResourceRequest request) {
        return new Provisioned(request.requiredText("Name"), Map.of(), Standing.NOT_SIMULATED);
    }

    private Provisioned namedQuery(ResourceRequest request) {
        request.allow(Set.of("Database", "Description", "Name", "QueryString", "WorkGroup"), Set.of());
        String id = UUID.nameUUIDFromBytes((request.stack() + "/" + request.logicalId()).getBytes(StandardCharsets.UTF_8)).toString();
        // a name is optional in CloudFormation
        String name = request.text("Name").orElse(request.logicalId());
        queries.add(new NamedQuery(id, name, request.text("Description").orElse(""), request.requiredText("Database"), request.requiredText("QueryString"),
                request.text("WorkGroup").orElse("primary")));
        return Provisioned.simulated(id, Map.of("NamedQueryId", id));
    }
}
