package dev.millrace.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A topic rule says its version of SQL, keeps what its actions refuse, spreads no thing over shards, and overwrites no object.
final class TopicRulesKeepMessages implements TemplateRule {
    /// Without it AWS IoT takes 2015-10-08 ("SQL versions").
    private static final String SQL_VERSION = "2016-03-23";
    private static final String UNIQUE = "newuuid()";

    @Override
    public void check(Templates templates, Consumer<String> refuse) {
        for (Templates.Resource rule : templates.ofType("AWS::IoT::TopicRule")) {
            JsonNode payload = rule.properties().path("TopicRulePayload");
            JsonNode version = payload.path("AwsIotSqlVersion");
            if (!version.asText().equals(SQL_VERSION)) {
                refuse.accept(rule.refused("AwsIotSqlVersion must be " + SQL_VERSION, version));
            }
            JsonNode error = payload.path("ErrorAction");
            if (!error.has("S3")) {
                refuse.accept(rule.refused("ErrorAction must be S3, which keeps the message itself", error));
            }
            List<JsonNode> actions = new ArrayList<>(List.of(error));
            payload.path("Actions").forEach(actions::add);
            for (JsonNode action : actions) {
                checkAction(rule, action, refuse);
            }
        }
    }

    private static void checkAction(Templates.Resource rule, JsonNode action, Consumer<String> refuse) {
        if (action.has("Kinesis")) {
            JsonNode key = action.path("Kinesis").path("PartitionKey");
            String text = key.toString();
            if (key.isMissingNode() || text.contains(UNIQUE) || text.contains("rand(") || text.contains("timestamp()")) {
                refuse.accept(rule.refused("the partition key must be the thing's, else a thing's packs overtake each other in many shards", key));
            }
        }
        if (action.has("S3")) {
            JsonNode key = action.path("S3").path("Key");
            if (!key.toString().contains(UNIQUE)) {
                refuse.accept(rule.refused("an object's key must contain ${%s}, else a message overwrites another".formatted(UNIQUE), key));
            }
        }
    }
}
