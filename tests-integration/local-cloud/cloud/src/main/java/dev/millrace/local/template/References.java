package dev.millrace.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the logical ids that a part of a template refers to by Ref, Fn::GetAtt, Fn::Sub or DependsOn. Both branches of
/// an Fn::If count, as the order must hold for each.
final class References {
    /// `${Name}` or `${Name.Attribute}`, but not `${!Literal}`.
    static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private final Set<String> found = new LinkedHashSet<>();

    private References() {
    }

    /// All names referred to; parameters and pseudo parameters are among them.
    static Set<String> in(JsonNode resource) {
        var references = new References();
        references.visit(resource.path("Properties"));
        JsonNode dependsOn = resource.path("DependsOn");
        if (dependsOn.isTextual()) {
            references.found.add(dependsOn.asText());
        }
        dependsOn.forEach(name -> references.found.add(name.asText()));
        return references.found;
    }

    private void visit(JsonNode node) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                JsonNode value = member.getValue();
                switch (member.getKey()) {
                    case "Ref" -> found.add(value.asText());
                    case "Fn::GetAtt" -> found.add(value.isArray() ? value.path(0).asText() : before('.', value.asText()));
                    case "Fn::Sub" -> placeholders(value.isArray() ? value.path(0).asText() : value.asText());
                    default -> { }
                }
            }
        }
        node.forEach(this::visit);
    }

    private void placeholders(String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            found.add(before('.', placeholder.group(1)));
        }
    }

    static String before(char end, String text) {
        int at = text.indexOf(end);
        return at < 0 ? text : text.substring(0, at);
    }
}
