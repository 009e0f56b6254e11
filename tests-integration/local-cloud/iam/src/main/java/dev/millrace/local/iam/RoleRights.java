package dev.millrace.local.iam;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a role may do: its identity-based policies, and who may take it.
///
/// A right is there if a statement allows it and none denies it; without either it is denied ("Policy evaluation logic").
/// Element types, condition operators and managed policies that are not known here are refused when the role is read, so
/// that nothing is allowed or denied by not having been looked at.
public final class RoleRights {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String arn;
    private final JsonNode trustDocument;
    private final List<JsonNode> documents;
    private final List<Statement> trust;
    private final List<Statement> statements;

    private RoleRights(String arn, JsonNode trustDocument, List<JsonNode> documents) {
        this.arn = arn;
        this.trustDocument = trustDocument;
        this.documents = List.copyOf(documents);
        this.trust = statements("trust policy of " + arn, trustDocument);
        List<Statement> all = new ArrayList<>();
        documents.forEach(document -> all.addAll(statements("policy of " + arn, document)));
        this.statements = List.copyOf(all);
    }

    /// @param trust     the document that says who may assume the role
    /// @param documents the policies of the role, every intrinsic function resolved
    /// @throws IllegalArgumentException naming the role and the element that is wrong or not simulated
    public static RoleRights of(String arn, JsonNode trust, List<JsonNode> documents) {
        return new RoleRights(requireNonNull(arn, "arn is null"), requireNonNull(trust, "trust is null"), documents);
    }

    /// What [#toJson] wrote.
    ///
    /// @throws IllegalArgumentException naming the role and the element that is wrong or not simulated
    public static RoleRights parse(JsonNode json) {
        return of(json.path("arn").asText(), json.path("trust"), json.path("documents").valueStream().toList());
    }

    /// For another process.
    public ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode().put("arn", arn);
        json.set("trust", trustDocument);
        json.putArray("documents").addAll(documents);
        return json;
    }

    private static List<Statement> statements(String where, JsonNode document) {
        JsonNode statement = document.path("Statement");
        List<JsonNode> all = statement.isArray() ? statement.valueStream().toList() : statement.isMissingNode() ? List.of() : List.of(statement);
        return all.stream().map(one -> Statement.parse(where, one)).toList();
    }

    public String arn() {
        return arn;
    }

    /// Who calls by the access keys of this role. Letters and digits only: DynamoDB Local takes no others.
    public String accessKeyId() {
        return accessKeyId(arn);
    }

    /// @param roleArn the last part of it names the role
    public static String accessKeyId(String roleArn) {
        return "LOCAL" + roleArn.substring(roleArn.lastIndexOf('/') + 1).replaceAll("[^a-zA-Z0-9]", "");
    }

    /// @param action   as IAM names it, `kinesis:PutRecord`
    /// @param resource its ARN, or `*` for an action that has none
    /// @return empty if it is allowed; else what AWS would say
    public Optional<String> denial(String action, String resource) {
        return denial(action, resource, Map.of());
    }

    /// @param action   as IAM names it, `kinesis:PutRecord`
    /// @param resource its ARN, or `*` for an action that has none
    /// @param context  what the request carries for conditions, by keys in lower case: `s3:prefix`
    /// @return empty if it is allowed; else what AWS would say
    public Optional<String> denial(String action, String resource, Map<String, String> context) {
        boolean allowed = false;
        for (Statement statement : statements) {
            if (statement.applies(action, resource, context)) {
                if (!statement.allows()) {
                    return Optional.of(words(action, resource, "with an explicit deny in an identity-based policy"));
                }
                allowed = true;
            }
        }
        return allowed ? Optional.empty() : Optional.of(words(action, resource, "because no identity-based policy allows the %s action".formatted(action)));
    }

    private String words(String action, String resource, String why) {
        return "User: %s is not authorized to perform: %s on resource: %s %s".formatted(arn, action, resource, why);
    }

    /// Whether a service of AWS may assume the role.
    ///
    /// @param service    as `lambda.amazonaws.com`
    /// @param sourceArn  on whose behalf
    public boolean trusts(String service, String sourceArn, String sourceAccount) {
        Map<String, String> context = Map.of("aws:sourcearn", sourceArn, "aws:sourceaccount", sourceAccount);
        return trust.stream().anyMatch(statement -> statement.allows() && statement.trusts(service, context))
                && trust.stream().noneMatch(statement -> !statement.allows() && statement.trusts(service, context));
    }
}
