package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What stays when a stack is deleted, and what deletes it then.
///
/// @param type   of CloudFormation
/// @param name   in the account, or the logical id if that is not known
/// @param delete what to do
record Retained(String type, String name, String delete) {
    private static final Set<String> POLICIES = Set.of("Retain", "RetainExceptOnCreate");

    /// @param template of the stack
    /// @param names    of its resources by logical ids, as far as known
    static List<Retained> of(JsonNode template, Map<String, String> names) {
        List<Retained> retained = new ArrayList<>();
        for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
            if (POLICIES.contains(resource.getValue().path("DeletionPolicy").asText())) {
                String type = resource.getValue().path("Type").asText();
                String name = names.getOrDefault(resource.getKey(), resource.getKey());
                retained.add(new Retained(type, name, delete(type, name, resource.getValue().path("Properties"), names)));
            }
        }
        return retained;
    }

    private static String delete(String type, String name, JsonNode properties, Map<String, String> names) {
        return switch (type) {
            case "AWS::Kinesis::Stream" -> "aws kinesis delete-stream --enforce-consumer-deletion --stream-name " + name;
            case "AWS::DynamoDB::Table" -> "aws dynamodb update-table --no-deletion-protection-enabled --table-name %1$s && aws dynamodb delete-table --table-name %1$s".formatted(name);
            case "AWS::S3::Bucket" -> "empty it with all its versions (S3 console, Empty), then aws s3 rb s3://" + name;
            case "AWS::Timestream::Database" -> "after its tables: aws timestream-write delete-database --database-name " + name;
            case "AWS::Timestream::Table" -> "aws timestream-write delete-table --database-name %s --table-name %s".formatted(
                    database(properties.path("DatabaseName"), names), properties.path("TableName").asText(name));
            case "AWS::Glue::Database" -> "aws glue delete-database --name " + name;
            case "AWS::KMS::Key" -> "last of all: aws kms schedule-key-deletion --pending-window-in-days 30 --key-id " + name;
            case "AWS::Logs::LogGroup" -> "aws logs delete-log-group --log-group-name " + name;
            default -> "see docs/deploy.md";
        };
    }

    /// A name, or a reference to the database in the same template.
    private static String database(JsonNode name, Map<String, String> names) {
        String logicalId = name.path("Ref").asText();
        return name.isTextual() ? name.textValue() : names.getOrDefault(logicalId, logicalId);
    }

    String line() {
        return "  %-26s %s%n  %26s %s".formatted(type, name, "", delete);
    }
}
