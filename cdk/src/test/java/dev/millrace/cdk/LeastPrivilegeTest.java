package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LeastPrivilegeTest {
    private static final List<String> READ_STREAM = List.of("kinesis:DescribeStream", "kinesis:DescribeStreamConsumer", "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard");

    private final JsonNode state = Synth.templates().state();
    private final JsonNode flow = Synth.templates().flow();

    @Test
    void everyRightIsListedHere() {
        Set<String> expected = new TreeSet<>(Set.of(
                "RuleToStreamStreamRole kinesis:PutRecord <Telemetry.Arn>",
                "RuleToStreamErrorRole s3:PutObject <FailuresBucket.Arn>/rule-errors/*",
                "IngestRole logs:CreateLogStream <IngestLogs.Arn>",
                "IngestRole logs:PutLogEvents <IngestLogs.Arn>",
                "IngestRole dynamodb:BatchGetItem <States.Arn>",
                "IngestRole dynamodb:PartiQLInsert <States.Arn>",
                "IngestRole dynamodb:PartiQLUpdate <States.Arn>",
                "IngestRole timestream:WriteRecords <HotStoreReadings.Arn>",
                "IngestRole timestream:WriteRecords <HotStoreRollups.Arn>",
                // has no resource to name (Timestream, "Actions, resources, and condition keys")
                "IngestRole timestream:DescribeEndpoints *",
                "IngestRole s3:PutObject <LakeBucket.Arn>/quarantine/*",
                "IngestRole s3:PutObject <FailuresBucket.Arn>/timestream-rejected/*",
                "IngestRole s3:PutObject <FailuresBucket.Arn>/aws/lambda/*",
                "IngestRole s3:ListBucket <FailuresBucket.Arn>",
                "ArchiveRole logs:CreateLogStream <ArchiveLogs.Arn>",
                "ArchiveRole logs:PutLogEvents <ArchiveLogs.Arn>",
                "ArchiveRole s3:PutObject <LakeBucket.Arn>/landing/*",
                "ArchiveRole s3:PutObject <LakeBucket.Arn>/quarantine/*",
                "ArchiveRole s3:PutObject <FailuresBucket.Arn>/aws/lambda/*",
                "ArchiveRole s3:ListBucket <FailuresBucket.Arn>",
                "SweepRole logs:CreateLogStream <SweepLogs.Arn>",
                "SweepRole logs:PutLogEvents <SweepLogs.Arn>",
                "SweepRole dynamodb:Scan <States.Arn>",
                "SweepRole kinesis:PutRecords <Telemetry.Arn>"));
        READ_STREAM.forEach(action -> expected.addAll(List.of("IngestRole " + action + " <Telemetry.Arn>", "ArchiveRole " + action + " <Telemetry.Arn>")));

        assertThat(rights()).containsExactlyElementsOf(expected);
    }

    @Test
    void onlyOneRightHasNoResourceAndNoneHasAWildcardAction() {
        assertThat(rights()).filteredOn(right -> right.endsWith(" *")).containsExactly("IngestRole timestream:DescribeEndpoints *");
        assertThat(rights()).noneMatch(right -> right.split(" ", -1)[1].contains("*"));
    }

    @Test
    void rightsAreGivenNowhereElse() {
        assertThat(Read.properties(flow, "AWS::IAM::Role")).hasSize(5).allSatisfy(role -> {
            assertThat(role.has("ManagedPolicyArns")).isFalse();
            assertThat(role.has("Policies")).isFalse();
        });
        assertThat(state.toString()).doesNotContain("AWS::IAM::").doesNotContain("\"Effect\":\"Allow\"");
    }

    @Test
    void awsIotMayTakeItsRolesForThisRuleOnly() {
        assertThat(Read.resources(flow, "AWS::IAM::Role")).allSatisfy((id, role) -> {
            JsonNode trust = role.get("Properties").get("AssumeRolePolicyDocument").get("Statement");
            assertThat(trust).hasSize(1);
            if (id.startsWith("RuleToStream")) {
                assertThat(trust.get(0).get("Principal").toString()).isEqualTo("{\"Service\":\"iot.amazonaws.com\"}");
                JsonNode condition = trust.get(0).get("Condition");
                assertThat(Read.text(condition.get("StringEquals").get("aws:SourceAccount"), state)).isEqualTo("<AccountId>");
                assertThat(Read.text(condition.get("ArnLike").get("aws:SourceArn"), state))
                        .isEqualTo("arn:<Partition>:iot:<Region>:<AccountId>:rule/millrace_dev_telemetry");
            } else {
                assertThat(trust.get(0).get("Principal").toString()).isEqualTo("{\"Service\":\"lambda.amazonaws.com\"}");
            }
        });
    }

    @Test
    void theScheduleAloneMayInvokeTheSweepFromOutsideAndOnlyItsAlias() {
        JsonNode permission = Read.only(flow, "AWS::Lambda::Permission");
        String rule = Read.resources(flow, "AWS::Events::Rule").keySet().iterator().next();

        assertThat(permission.get("Action").asText()).isEqualTo("lambda:InvokeFunction");
        assertThat(permission.get("Principal").asText()).isEqualTo("events.amazonaws.com");
        assertThat(Read.text(permission.get("FunctionName"), state)).isEqualTo("<SweepLive>");
        assertThat(permission.get("SourceArn").get("Fn::GetAtt").toString()).isEqualTo("[\"%s\",\"Arn\"]".formatted(rule));
    }

    /// One line a role, action and resource, in order.
    private Set<String> rights() {
        Set<String> rights = new TreeSet<>();
        for (JsonNode policy : Read.properties(flow, "AWS::IAM::Policy")) {
            for (JsonNode statement : policy.get("PolicyDocument").get("Statement")) {
                assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
                for (String role : Read.texts(policy.get("Roles"), state)) {
                    for (String action : Read.texts(statement.get("Action"), state)) {
                        Read.texts(statement.get("Resource"), state)
                                .forEach(resource -> rights.add(role.substring(1, role.length() - 1) + " " + action + " " + resource));
                    }
                }
            }
        }
        return rights;
    }
}
