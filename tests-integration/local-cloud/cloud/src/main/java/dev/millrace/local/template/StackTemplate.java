package dev.millrace.local.template;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One stack of an assembly.
///
/// @param name       the stack's name in CloudFormation
/// @param template   the template as synthesized
/// @param parameters values that the assembly gives to parameters of the template
/// @param needs      names of the stacks that must be there before
public record StackTemplate(String name, JsonNode template, Map<String, String> parameters, List<String> needs) {
    /// Sections that are read, or that have no effect on what is deployed.
    private static final Set<String> SECTIONS = Set.of("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters",
            "Mappings", "Conditions", "Resources", "Outputs", "Rules");
    /// The CDK's own rule asks for a bootstrapped account: there is none here, and no need of one.
    private static final Set<String> RULES = Set.of("CheckBootstrapVersion");

    public StackTemplate {
        requireNonNull(name, "name is null");
        requireNonNull(template, "template is null");
        parameters = Map.copyOf(parameters);
        needs = List.copyOf(needs);
        requireKnown(name, "section", template, SECTIONS);
        requireKnown(name, "rule", template.path("Rules"), RULES);
    }

    JsonNode section(String section) {
        return template.path(section);
    }

    private static void requireKnown(String stack, String what, JsonNode node, Set<String> known) {
        List<String> unknown = new ArrayList<>(node.propertyStream().map(Map.Entry::getKey).toList());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new TemplateException("stack %s: %s %s of the template is not implemented by the local cloud; it knows %s"
                    .formatted(stack, what, unknown, known.stream().sorted().toList()));
        }
    }
}
