package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
                "RuleToLakeLakeRole s3:PutObject <LakeBucket.Arn>/notices/lost/*",
                "RuleToLakeErrorRole s3:PutObject <FailuresBucket.Arn>/rule-errors/*",
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
                "FleetProvisioningProvisionRole logs:CreateLogStream <FleetProvisioningProvisionLogs.Arn>",
                "FleetProvisioningProvisionRole logs:PutLogEvents <FleetProvisioningProvisionLogs.Arn>",
                "FleetProvisioningProvisionRole dynamodb:UpdateItem <Serials.Arn>",
                "FleetProvisioningRole iot:CreateThing arn:<Partition>:iot:<Region>:<AccountId>:thing/*",
                "FleetProvisioningRole iot:DescribeThing arn:<Partition>:iot:<Region>:<AccountId>:thing/*",
                "FleetProvisioningRole iot:UpdateThing arn:<Partition>:iot:<Region>:<AccountId>:thing/*",
                "FleetProvisioningRole iot:AttachPolicy arn:<Partition>:iot:<Region>:<AccountId>:cert/*",
                "FleetProvisioningRole iot:DescribeCertificate arn:<Partition>:iot:<Region>:<AccountId>:cert/*",
                "FleetProvisioningRole iot:UpdateCertificate arn:<Partition>:iot:<Region>:<AccountId>:cert/*",
                // has no resource to name (AWS IoT, "Actions, resources, and condition keys")
                "FleetProvisioningRole iot:AttachThingPrincipal *",
                "SweepRole logs:CreateLogStream <SweepLogs.Arn>",
                "SweepRole logs:PutLogEvents <SweepLogs.Arn>",
                "SweepRole dynamodb:Scan <States.Arn>",
                "SweepRole kinesis:PutRecords <Telemetry.Arn>"));
        String compact = "LandingToReadingsCompactRole ";
        expected.addAll(List.of(
                compact + "logs:CreateLogStream <LandingToReadingsCompactLogs.Arn>",
                compact + "logs:PutLogEvents <LandingToReadingsCompactLogs.Arn>",
                compact + "s3:ListBucket <LakeBucket.Arn>",
                compact + "s3:GetObject <LakeBucket.Arn>/landing/*",
                compact + "s3:GetObjectTagging <LakeBucket.Arn>/landing/*",
                compact + "s3:PutObjectTagging <LakeBucket.Arn>/landing/*",
                compact + "timestream:WriteRecords <HotStoreRollups.Arn>",
                compact + "timestream:DescribeEndpoints *",
                compact + "s3:PutObject <FailuresBucket.Arn>/timestream-rejected/*"));
        String redrive = "FailuresToStreamRedriveRole ";
        expected.addAll(List.of(
                redrive + "logs:CreateLogStream <FailuresToStreamRedriveLogs.Arn>",
                redrive + "logs:PutLogEvents <FailuresToStreamRedriveLogs.Arn>",
                redrive + "s3:ListBucket <FailuresBucket.Arn>",
                redrive + "s3:GetObject <FailuresBucket.Arn>/aws/lambda/*",
                redrive + "s3:DeleteObject <FailuresBucket.Arn>/aws/lambda/*",
                redrive + "s3:GetObject <FailuresBucket.Arn>/rule-errors/*",
                redrive + "s3:DeleteObject <FailuresBucket.Arn>/rule-errors/*",
                redrive + "s3:GetObject <FailuresBucket.Arn>/redriven/*",
                redrive + "s3:PutObject <FailuresBucket.Arn>/redriven/*",
                redrive + "kinesis:PutRecords <Telemetry.Arn>",
                redrive + "s3:PutObject <LakeBucket.Arn>/quarantine/*",
                redrive + "s3:PutObject <LakeBucket.Arn>/notices/lost/*"));
        for (String prefix : List.of("readings", "readings-state")) {
            for (String action : List.of("GetObject", "PutObject", "DeleteObject")) {
                expected.add(compact + "s3:" + action + " <LakeBucket.Arn>/" + prefix + "/*");
            }
        }
        for (String resource : List.of("catalog", "database/millrace_dev", "table/millrace_dev/*_readings")) {
            for (String action : List.of("GetTable", "CreateTable", "UpdateTable")) {
                expected.add(compact + "glue:" + action + " arn:<Partition>:glue:<Region>:<AccountId>:" + resource);
            }
        }
        String completeness = "StatesToCompletenessRole ";
        expected.addAll(List.of(
                completeness + "logs:CreateLogStream <StatesToCompletenessLogs.Arn>",
                completeness + "logs:PutLogEvents <StatesToCompletenessLogs.Arn>",
                completeness + "dynamodb:Scan <States.Arn>",
                completeness + "s3:ListBucket <LakeBucket.Arn>",
                completeness + "s3:GetObject <LakeBucket.Arn>/notices/lost/*",
                completeness + "s3:GetObject <LakeBucket.Arn>/completeness-state/*",
                completeness + "s3:PutObject <LakeBucket.Arn>/completeness-state/*",
                completeness + "s3:PutObject <LakeBucket.Arn>/completeness/*",
                completeness + "iot:Publish arn:<Partition>:iot:<Region>:<AccountId>:topic/cmd/*/resend"));
        READ_STREAM.forEach(action -> expected.addAll(List.of("IngestRole " + action + " <Telemetry.Arn>", "ArchiveRole " + action + " <Telemetry.Arn>")));

        assertThat(rights()).containsExactlyElementsOf(expected);
    }

    @Test
    void onlyThreeRightsHaveNoResourceAndNoneHasAWildcardAction() {
        assertThat(rights()).filteredOn(right -> right.endsWith(" *"))
                .containsExactly("FleetProvisioningRole iot:AttachThingPrincipal *", "IngestRole timestream:DescribeEndpoints *",
                        "LandingToReadingsCompactRole timestream:DescribeEndpoints *");
        assertThat(rights()).noneMatch(right -> right.split(" ", -1)[1].contains("*"));
    }

    @Test
    void rightsAreGivenNowhereElse() {
        assertThat(Read.properties(flow, "AWS::IAM::Role")).hasSize(12).allSatisfy(role -> {
            assertThat(role.has("ManagedPolicyArns")).isFalse();
            assertThat(role.has("Policies")).isFalse();
        });
        assertThat(state.toString()).doesNotContain("AWS::IAM::").doesNotContain("\"Effect\":\"Allow\"");
    }

    @Test
    void awsIotMayTakeItsRolesForTheirRuleAndTheTemplateOnly() {
        assertThat(Read.resources(flow, "AWS::IAM::Role")).allSatisfy((id, role) -> {
            JsonNode trust = role.get("Properties").get("AssumeRolePolicyDocument").get("Statement");
            assertThat(trust).hasSize(1);
            if (id.startsWith("RuleToStream")) {
                assertTrusted(trust.get(0), "rule/millrace_dev_telemetry");
            } else if (id.startsWith("RuleToLake")) {
                assertTrusted(trust.get(0), "rule/millrace_dev_notices");
            } else if (id.startsWith("FleetProvisioningRole")) {
                assertTrusted(trust.get(0), "provisioningtemplate/millrace-dev-device");
            } else {
                assertThat(trust.get(0).get("Principal").toString()).isEqualTo("{\"Service\":\"lambda.amazonaws.com\"}");
            }
        });
    }

    private void assertTrusted(JsonNode statement, String source) {
        assertThat(statement.get("Principal").toString()).isEqualTo("{\"Service\":\"iot.amazonaws.com\"}");
        JsonNode condition = statement.get("Condition");
        assertThat(Read.text(condition.get("StringEquals").get("aws:SourceAccount"), state)).isEqualTo("<AccountId>");
        assertThat(Read.text(condition.get("ArnLike").get("aws:SourceArn"), state)).isEqualTo("arn:<Partition>:iot:<Region>:<AccountId>:" + source);
    }

    @Test
    void onlyAwsIotForThisTemplateMayCallTheFunctionThatDecidesOnDevices() {
        JsonNode permission = permissionOf("iot.amazonaws.com");

        assertThat(permission.get("Action").asText()).isEqualTo("lambda:InvokeFunction");
        assertThat(permission.get("Principal").asText()).isEqualTo("iot.amazonaws.com");
        assertThat(Read.text(permission.get("SourceAccount"), state)).isEqualTo("<AccountId>");
        assertThat(Read.text(permission.get("SourceArn"), state)).isEqualTo("arn:<Partition>:iot:<Region>:<AccountId>:provisioningtemplate/millrace-dev-device");
        assertThat(permission.get("FunctionName").get("Ref").asText()).startsWith("FleetProvisioningProvisionLive");
    }

    @Test
    void noOtherServiceMayInvokeAFunction() {
        assertThat(Read.properties(flow, "AWS::Lambda::Permission")).extracting(permission -> permission.get("Principal").asText())
                .containsExactlyInAnyOrder("iot.amazonaws.com", "events.amazonaws.com", "events.amazonaws.com", "events.amazonaws.com", "events.amazonaws.com");
    }

    @Test
    void theirSchedulesAloneMayInvokeFunctionsFromOutsideAndOnlyTheirAliases() {
        Map<String, String> invokedBy = new TreeMap<>();
        for (JsonNode permission : Read.properties(flow, "AWS::Lambda::Permission")) {
            if (permission.get("Principal").asText().equals("events.amazonaws.com")) {
                assertThat(permission.get("Action").asText()).isEqualTo("lambda:InvokeFunction");
                String rule = permission.get("SourceArn").get("Fn::GetAtt").get(0).asText();
                JsonNode target = Read.resources(flow, "AWS::Events::Rule").get(rule).get("Properties").get("Targets").get(0).get("Arn");
                assertThat(target).as(rule).isEqualTo(permission.get("FunctionName"));
                invokedBy.put(Read.text(permission.get("FunctionName"), state), rule);
            }
        }
        assertThat(invokedBy.keySet()).containsExactly("<FailuresToStreamRedriveLive>", "<LandingToReadingsCompactLive>", "<StatesToCompletenessLive>", "<SweepLive>");
    }

    /// The only permission to invoke a function that a service has.
    private JsonNode permissionOf(String service) {
        List<JsonNode> found = Read.properties(flow, "AWS::Lambda::Permission").stream()
                .filter(permission -> permission.get("Principal").asText().equals(service)).toList();
        assertThat(found).as(service).hasSize(1);
        return found.getFirst();
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
