package dev.millrace.local.iam;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One statement of a policy.
///
/// @param principals services that a trust policy names; empty in a policy of a role
/// @param resources  empty in a trust policy, which is about its own role
record Statement(boolean allows, List<String> principals, List<Wildcard> actions, List<Wildcard> resources, List<Condition> conditions) {
    private static final Set<String> ELEMENTS = Set.of("Sid", "Effect", "Principal", "Action", "Resource", "Condition");

    Statement {
        principals = List.copyOf(principals);
        actions = List.copyOf(actions);
        resources = List.copyOf(resources);
        conditions = List.copyOf(conditions);
    }

    /// @throws IllegalArgumentException naming the element that is wrong or not simulated
    static Statement parse(String where, JsonNode statement) {
        for (Map.Entry<String, JsonNode> element : statement.properties()) {
            if (!ELEMENTS.contains(element.getKey())) {
                throw new IllegalArgumentException("%s: the element %s is not simulated, only %s are".formatted(where, element.getKey(), ELEMENTS.stream().sorted().toList()));
            }
        }
        String effect = statement.path("Effect").asText();
        if (!Set.of("Allow", "Deny").contains(effect)) {
            throw new IllegalArgumentException("%s: Effect expected as Allow or Deny, came %s".formatted(where, statement.path("Effect")));
        }
        List<Condition> conditions = new ArrayList<>();
        statement.path("Condition").properties().forEach(operator -> operator.getValue().properties()
                .forEach(key -> conditions.add(Condition.of(where, operator.getKey(), key.getKey(), texts(where, "Condition", key.getValue())))));
        return new Statement(effect.equals("Allow"), principals(where, statement.path("Principal")),
                // the names of actions are not case-sensitive, ARNs are
                wildcards(texts(where, "Action", statement.path("Action")), Pattern.CASE_INSENSITIVE),
                wildcards(texts(where, "Resource", statement.path("Resource")), 0), conditions);
    }

    private static List<String> principals(String where, JsonNode principal) {
        if (principal.isMissingNode()) {
            return List.of();
        }
        if (principal.size() != 1 || !principal.has("Service")) {
            throw new IllegalArgumentException("%s: of Principal only Service is simulated, came %s".formatted(where, principal));
        }
        return texts(where, "Principal.Service", principal.path("Service"));
    }

    private static List<String> texts(String where, String element, JsonNode node) {
        List<JsonNode> all = node.isArray() ? node.valueStream().toList() : node.isMissingNode() ? List.of() : List.of(node);
        return all.stream().map(text -> {
            if (!text.isValueNode()) {
                throw new IllegalArgumentException("%s: %s expected as text, came %s".formatted(where, element, text));
            }
            return text.asText();
        }).toList();
    }

    private static List<Wildcard> wildcards(List<String> texts, int flags) {
        return texts.stream().map(text -> Wildcard.of(text, flags)).toList();
    }

    boolean applies(String action, String resource, Map<String, String> context) {
        return any(actions.stream(), action) && any(resources.stream(), resource) && holds(context);
    }

    boolean trusts(String service, Map<String, String> context) {
        return principals.contains(service) && any(actions.stream(), "sts:AssumeRole") && holds(context);
    }

    private boolean holds(Map<String, String> context) {
        return conditions.stream().allMatch(condition -> condition.holds(context));
    }

    private static boolean any(Stream<Wildcard> wildcards, String text) {
        return wildcards.anyMatch(wildcard -> wildcard.matches(text));
    }
}
