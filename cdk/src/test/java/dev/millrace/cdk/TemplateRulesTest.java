package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iot.CfnTopicRule;

class TemplateRulesTest {
    private static final String RULE = "AWS::IoT::TopicRule";
    private static final String MAPPING = "AWS::Lambda::EventSourceMapping";

    private final JsonNode state = Synth.templates().state().deepCopy();
    private final JsonNode flow = Synth.templates().flow().deepCopy();

    private List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        TemplateRule.ALL.forEach(rule -> rule.check(new Templates(Map.of("State", state, "Flow", flow)), refusals::add));
        return refusals;
    }

    /// Breaks each resource of a type in turn, so that a rule that looks at the first one only is found.
    private void assertRefused(String type, Consumer<ObjectNode> breaking, String expected) {
        JsonNode template = Read.resources(flow, type).isEmpty() ? state : flow;
        Map<String, JsonNode> resources = Read.resources(template, type);
        assertThat(resources).as(type).isNotEmpty();
        resources.forEach((id, resource) -> {
            ObjectNode whole = (ObjectNode) template.get("Resources");
            ObjectNode broken = resource.deepCopy();
            breaking.accept((ObjectNode) broken.get("Properties"));
            assertThat(broken).as("%s was not broken".formatted(id)).isNotEqualTo(resource);
            whole.set(id, broken);
            assertThat(refusals()).as(id).singleElement().asString().contains("resource " + id + ": ", expected);
            whole.set(id, resource);
        });
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode payload(ObjectNode rule) {
        return (ObjectNode) rule.get("TopicRulePayload");
    }

    @Test
    void ourTemplatesBreakNone() {
        assertThat(refusals()).isEmpty();
    }

    @Test
    void aTopicRuleKeepsTheMessageOfWhatItCouldNotHandOn() {
        String expected = "ErrorAction must be S3, which keeps the message itself, came: ";
        assertRefused(RULE, rule -> payload(rule).remove("ErrorAction"), expected + "nothing");
        assertRefused(RULE, rule -> payload(rule).set("ErrorAction", json("{\"CloudwatchMetric\":{}}")), expected + "{\"CloudwatchMetric\":{}}");
    }

    @Test
    void aTopicRuleSaysItsVersionOfSql() {
        assertRefused(RULE, rule -> payload(rule).remove("AwsIotSqlVersion"), "AwsIotSqlVersion must be 2016-03-23, came: nothing");
        assertRefused(RULE, rule -> payload(rule).put("AwsIotSqlVersion", "beta"), "AwsIotSqlVersion must be 2016-03-23, came: \"beta\"");
    }

    @ParameterizedTest
    @CsvSource({"${newuuid()}", "${timestamp()}", "${rand()}"})
    void aPartitionKeyThatIsChanceIsRefused(String key) {
        assertRefused(RULE, rule -> ((ArrayNode) payload(rule).get("Actions")).set(0, json("{\"Kinesis\":{\"PartitionKey\":\"%s\"}}".formatted(key))),
                "the partition key must be the thing's, else a thing's packs overtake each other in many shards, came: \"" + key + "\"");
    }

    @Test
    void anObjectThatAnotherMessageWouldOverwriteIsRefused() {
        String expected = "an object's key must contain ${newuuid()}, else a message overwrites another, came: \"lost/${topic(2)}/${timestamp()}\"";
        JsonNode action = json("{\"S3\":{\"Key\":\"lost/${topic(2)}/${timestamp()}\"}}");
        assertRefused(RULE, rule -> payload(rule).set("ErrorAction", action), expected);
        assertRefused(RULE, rule -> ((ArrayNode) payload(rule).get("Actions")).set(0, action), expected);
    }

    @ParameterizedTest
    @CsvSource({"BatchSize, 0, 1 to 10000", "BatchSize, 10001, 1 to 10000", "MaximumBatchingWindowInSeconds, 301, 0 to 300", "MaximumRetryAttempts, -1, 1 to 10000",
            "MaximumRetryAttempts, 0, 1 to 10000", "MaximumRecordAgeInSeconds, -1, 60 to 604799", "MaximumRecordAgeInSeconds, 604800, 60 to 604799"})
    void aMappingsValuesAreSetWithinWhatCannotBeAnAccident(String property, int value, String range) {
        assertRefused(MAPPING, mapping -> mapping.put(property, value), "%s must be a whole number from %s, came: %d".formatted(property, range, value));
        assertRefused(MAPPING, mapping -> mapping.remove(property), "%s must be a whole number from %s, came: nothing".formatted(property, range));
    }

    @Test
    void aMappingGivesUpARecordBeforeItsStreamForgetsIt() {
        assertRefused("AWS::Kinesis::Stream", stream -> stream.put("RetentionPeriodHours", 24), List.of(MAPPING));
    }

    /// Breaks the only resource of a type, which others then do not fit.
    private void assertRefused(String type, Consumer<ObjectNode> breaking, List<String> refusedTypes) {
        breaking.accept((ObjectNode) Read.resources(state, type).values().iterator().next().get("Properties"));
        List<String> ids = refusedTypes.stream().flatMap(refused -> Read.resources(flow, refused).keySet().stream()).toList();
        assertThat(refusals()).hasSameSizeAs(ids).allMatch(refusal -> ids.stream().anyMatch(refusal::contains)).allMatch(refusal -> refusal.contains("from 60 to 86399"));
    }

    @Test
    void aMappingHalvesWhatFailsAndTakesAPartForDone() {
        assertRefused(MAPPING, mapping -> mapping.remove("BisectBatchOnFunctionError"), "BisectBatchOnFunctionError must be true, came: nothing");
        assertRefused(MAPPING, mapping -> mapping.remove("FunctionResponseTypes"), "FunctionResponseTypes must be [\"ReportBatchItemFailures\"], came: nothing");
    }

    @Test
    void whatAMappingGivesUpLiesInABucketOfOurs() {
        String expected = "DestinationConfig.OnFailure must be a bucket of these stacks: queues and topics get no bytes, came: ";
        assertRefused(MAPPING, mapping -> mapping.remove("DestinationConfig"), expected + "nothing");
        String table = Read.resources(flow, "AWS::SNS::Topic").keySet().iterator().next();
        assertRefused(MAPPING, mapping -> mapping.set("DestinationConfig", json("{\"OnFailure\":{\"Destination\":{\"Ref\":\"%s\"}}}".formatted(table))), expected);
        assertRefused(MAPPING, mapping -> mapping.set("DestinationConfig", json("{\"OnFailure\":{\"Destination\":\"arn:aws:sqs:eu-west-1:1:dead\"}}")), expected);
    }

    @Test
    void noRoleMayDoEverythingWithAService() {
        assertRefused("AWS::IAM::Role", role -> role.putArray("ManagedPolicyArns").add("arn:aws:iam::aws:policy/AmazonKinesisFullAccess"),
                "a role must have no managed policy that allows everything, came: [\"arn:aws:iam::aws:policy/AmazonKinesisFullAccess\"]");
    }

    @Test
    void aRightOnEveryResourceNeedsAReason() {
        String expected = "a right on every resource needs a reason in RightsAreNarrow, came: \"s3:PutObject\"";
        JsonNode statement = json("{\"Effect\":\"Allow\",\"Action\":[\"timestream:DescribeEndpoints\",\"s3:PutObject\"],\"Resource\":[\"arn:aws:s3:::a\",\"*\"]}");
        assertRefused("AWS::IAM::Policy", policy -> ((ArrayNode) policy.get("PolicyDocument").get("Statement")).add(statement), expected);
        assertRefused("AWS::IAM::Role", role -> role.putArray("Policies").addObject().putObject("PolicyDocument").set("Statement", statement), expected);
        assertRefused("AWS::IAM::Policy", policy -> ((ArrayNode) policy.get("PolicyDocument").get("Statement")).add(json("{\"Effect\":\"Allow\",\"NotAction\":\"s3:*\"}")),
                "a statement must say what it allows, not what it does not");
    }

    @Test
    void aStreamWhoseRefusedWritesNobodyHearsOfIsRefused() {
        ObjectNode resources = (ObjectNode) flow.get("Resources");
        String alarm = Read.resources(flow, "AWS::CloudWatch::Alarm").entrySet().stream()
                .filter(entry -> entry.getValue().toString().contains("WriteProvisionedThroughputExceeded")).findFirst().orElseThrow().getKey();
        String stream = Read.resources(state, "AWS::Kinesis::Stream").keySet().iterator().next();

        ((ObjectNode) resources.get(alarm).get("Properties")).remove("AlarmActions");
        assertThat(refusals()).singleElement().asString().contains("resource " + stream + ": an alarm that tells somebody must watch WriteProvisionedThroughputExceeded");
        resources.remove(alarm);
        assertThat(refusals()).hasSize(1);
    }

    @Test
    void synthesisStopsAtWhatIsRefusedAndLeavesNothingToDeploy() {
        App app = Synth.app(Map.of());
        Stack stack = (Stack) app.getNode().findChild("Millrace-dev-Flow");
        CfnTopicRule.Builder.create(stack, "Bad").topicRulePayload(CfnTopicRule.TopicRulePayloadProperty.builder()
                .sql("SELECT * FROM 'a'").actions(List.of()).build()).build();
        Role.Builder.create(stack, "Mighty").assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .managedPolicies(List.of(ManagedPolicy.fromAwsManagedPolicyName("AmazonS3FullAccess"))).build();

        assertThatExceptionOfType(RefusedTemplate.class).isThrownBy(() -> MillraceApp.synthesize(app, true))
                .withMessageContaining("Millrace-dev-Flow, resource Bad: ErrorAction must be S3")
                .withMessageContaining("Millrace-dev-Flow, resource Mighty")
                .withMessageContaining("Flow/Mighty/Resource: AwsSolutions-IAM4")
                .withMessageContaining("explain it in SolutionsChecks or mend it");

        assertThat(Path.of(app.getOutdir())).isDirectory();
        assertThat(Files.exists(Path.of(app.getOutdir(), "manifest.json"))).isFalse();
    }
}
