package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// An AWS IoT Core policy, read from its document. What is not simulated is refused when the policy is
/// loaded, with the policy's name and the element, so that no statement is ever half understood.
record Policy(String name, List<Statement> statements) {
    /// AWS IoT: 2048 characters, not counting white space (AWS IoT Core quotas).
    static final int DOCUMENT_CHARACTERS_MAX = 2048;
    private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]{1,128}");
    private static final String VERSION = "2012-10-17";
    private static final String IS_ATTACHED = "iot:Connection.Thing.IsAttached";
    /// The actions of AWS IoT Core policies (service authorization reference, "AWS IoT", data plane). Those
    /// beside [Operation] are known so that a policy may hold them; nobody here asks for them.
    private static final Set<String> ACTIONS = Set.of("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive", "iot:RetainPublish",
            "iot:GetRetainedMessage", "iot:ListRetainedMessages", "iot:GetThingShadow", "iot:UpdateThingShadow", "iot:DeleteThingShadow",
            "iot:ListNamedShadowsForThing", "iot:DescribeJobExecution", "iot:GetPendingJobExecutions", "iot:StartNextPendingJobExecution",
            "iot:UpdateJobExecution", "iot:AssumeRoleWithCertificate");

    enum Effect { ALLOW, DENY }

    /// @param onlyIfAttached whether the statement holds only for a connection whose certificate is attached to its thing
    record Statement(Effect effect, List<PolicyPattern> actions, List<PolicyPattern> resources, boolean onlyIfAttached) {
        boolean matches(Caller caller, String action, String resource) {
            return (!onlyIfAttached || caller.thing().isPresent())
                    && actions.stream().anyMatch(pattern -> pattern.matches(action, caller))
                    && resources.stream().anyMatch(pattern -> pattern.matches(resource, caller));
        }
    }

    Policy {
        requireNonNull(name, "name is null");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("policy name must match %s: %s".formatted(NAME, name));
        }
        statements = List.copyOf(statements);
    }

    /// @throws IllegalArgumentException naming the policy and the element that is wrong or not simulated
    static Policy parse(String name, JsonNode document) {
        JsonMembers members = new JsonMembers("policy " + name, document).only("Version", "Id", "Statement");
        if (!VERSION.equals(members.text("Version"))) {
            throw new IllegalArgumentException("%s: expected %s, is %s".formatted(members.at("Version"), VERSION, members.text("Version")));
        }
        long characters = document.toString().chars().filter(character -> !Character.isWhitespace(character)).count();
        if (characters > DOCUMENT_CHARACTERS_MAX) {
            throw new IllegalArgumentException("policy %s: AWS IoT takes at most %d characters without white space, has %d"
                    .formatted(name, DOCUMENT_CHARACTERS_MAX, characters));
        }
        List<JsonMembers> statements = document.path("Statement").isObject()
                ? List.of(members.object("Statement")) : members.objects("Statement");
        return new Policy(name, statements.stream().map(Policy::statement).toList());
    }

    /// Whether these policies together allow the action: one statement that allows, and none that denies.
    static boolean allow(Collection<Policy> policies, Caller caller, String action, String resource) {
        boolean allowed = false;
        for (Policy policy : policies) {
            for (Statement statement : policy.statements) {
                if (statement.matches(caller, action, resource)) {
                    if (statement.effect == Effect.DENY) {
                        return false;
                    }
                    allowed = true;
                }
            }
        }
        return allowed;
    }

    private static Statement statement(JsonMembers members) {
        for (String element : List.of("NotAction", "NotResource", "Principal", "NotPrincipal")) {
            if (members.has(element)) {
                throw new IllegalArgumentException(members.at(element) + ": not simulated");
            }
        }
        members.only("Sid", "Effect", "Action", "Resource", "Condition");
        Effect effect = switch (members.text("Effect")) {
            case "Allow" -> Effect.ALLOW;
            case "Deny" -> Effect.DENY;
            default -> throw new IllegalArgumentException(
                    "%s: expected Allow or Deny, is %s".formatted(members.at("Effect"), members.text("Effect")));
        };
        List<PolicyPattern> actions = new ArrayList<>();
        for (String action : members.textOrTexts("Action")) {
            actions.add(action(members.at("Action"), action));
        }
        List<PolicyPattern> resources = new ArrayList<>();
        for (String resource : members.textOrTexts("Resource")) {
            if (!resource.equals("*") && !resource.startsWith("arn:")) {
                throw new IllegalArgumentException("%s: expected * or an ARN, is %s".formatted(members.at("Resource"), resource));
            }
            resources.add(PolicyPattern.parse(members.at("Resource"), resource));
        }
        return new Statement(effect, actions, resources, onlyIfAttached(members));
    }

    private static PolicyPattern action(String where, String action) {
        boolean wildcard = action.contains("*") || action.contains("?");
        if (action.contains("${") || (!wildcard && !ACTIONS.contains(action))) {
            throw new IllegalArgumentException("%s: %s is not an action of an AWS IoT Core policy".formatted(where, action));
        }
        return PolicyPattern.parse(where, action);
    }

    private static boolean onlyIfAttached(JsonMembers statement) {
        if (!statement.has("Condition")) {
            return false;
        }
        JsonMembers condition = statement.object("Condition");
        condition.node().fieldNames().forEachRemaining(operator -> {
            if (!operator.equals("Bool")) {
                throw new IllegalArgumentException(condition.at(operator) + ": this condition operator is not simulated, only Bool is");
            }
        });
        JsonMembers bool = condition.object("Bool");
        bool.node().fieldNames().forEachRemaining(key -> {
            if (!key.equals(IS_ATTACHED)) {
                throw new IllegalArgumentException("%s: this condition key is not simulated, only %s is".formatted(bool.at(key), IS_ATTACHED));
            }
        });
        List<String> values = bool.textOrTexts(IS_ATTACHED);
        if (!values.equals(List.of("true"))) {
            throw new IllegalArgumentException("%s: only \"true\" is simulated, is %s".formatted(bool.at(IS_ATTACHED), values));
        }
        return true;
    }
}
