package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.local.glue.LocalGlue;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `AWS::Glue::Database` and `AWS::Glue::Table` in the Glue stand-in. What the template defines becomes as the template has it,
/// also over a catalog of an earlier run; what else is in that catalog stays.
final class GlueResources {
    /// Glue folds the names of databases to lower case.
    private static final PhysicalName LOWER_CASE = new PhysicalName(255, true, '_');

    private final LocalGlue glue;

    GlueResources(LocalGlue glue) {
        this.glue = glue;
    }

    Map<String, ResourceProvider> providers() {
        return Map.of("AWS::Glue::Database", this::database, "AWS::Glue::Table", this::table);
    }

    private Provisioned database(ResourceRequest request) {
        request.allow(Set.of("CatalogId", "DatabaseInput"), Set.of());
        requireOwnCatalog(request);
        ObjectNode input = input(request, "DatabaseInput");
        // Ref gives it as it is written; Glue takes either form
        String name = request.part("DatabaseInput").name("Name", LOWER_CASE);
        glue.putDatabase(input.put("Name", name));
        return Provisioned.simulated(name, Map.of());
    }

    private Provisioned table(ResourceRequest request) {
        request.allow(Set.of("CatalogId", "DatabaseName", "TableInput"), Set.of());
        requireOwnCatalog(request);
        ObjectNode input = input(request, "TableInput");
        String name = request.part("TableInput").requiredText("Name");
        glue.putTable(request.requiredText("DatabaseName"), input);
        return Provisioned.simulated(name, Map.of());
    }

    private static void requireOwnCatalog(ResourceRequest request) {
        String own = request.partition().account();
        if (!request.requiredText("CatalogId").equals(own)) {
            throw request.wrong("CatalogId", "the account, %s, which has the only catalog here".formatted(own), request.requiredText("CatalogId"));
        }
    }

    private static ObjectNode input(ResourceRequest request, String property) {
        if (!(request.properties().path(property) instanceof ObjectNode input)) {
            throw request.wrong(property, "an object", request.properties().path(property));
        }
        ObjectNode copy = input.deepCopy();
        for (JsonNode parameters : copy.findValues("Parameters")) {
            textsIn(parameters);
        }
        return copy;
    }

    /// CloudFormation turns numbers and booleans that a template has where the API wants strings into strings.
    private static void textsIn(JsonNode parameters) {
        if (parameters instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> parameter : List.copyOf(object.properties())) {
                if (parameter.getValue().isNumber() || parameter.getValue().isBoolean()) {
                    object.set(parameter.getKey(), TextNode.valueOf(parameter.getValue().asText()));
                }
            }
        }
    }
}
