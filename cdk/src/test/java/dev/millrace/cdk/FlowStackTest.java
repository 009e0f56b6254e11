package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.events.LakeLayout;
import dev.millrace.events.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowStackTest {
    private final JsonNode state = Synth.templates().state();
    private final JsonNode flow = Synth.templates().flow();

    @Test
    void theFlowHoldsNothing() {
        Set<String> types = new TreeSet<>();
        flow.get("Resources").forEach(resource -> types.add(resource.get("Type").asText()));

        assertThat(types).containsExactly("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Events::Rule", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IoT::Policy", "AWS::IoT::ProvisioningTemplate", "AWS::IoT::TopicRule",
                "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::Logs::LogGroup",
                "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Custom::LakeTables");
    }

    @Test
    void everyRuleKeepsThePayloadOfWhatItCouldNotHandOn() {
        List<JsonNode> rules = Read.properties(flow, "AWS::IoT::TopicRule");
        assertThat(rules).hasSize(2).allSatisfy(rule -> {
            JsonNode payload = rule.get("TopicRulePayload");
            assertThat(payload.get("AwsIotSqlVersion").asText()).isEqualTo("2016-03-23");
            assertThat(payload.get("RuleDisabled").asBoolean()).isFalse();
            JsonNode error = payload.get("ErrorAction").get("S3");
            assertThat(Read.text(error.get("BucketName"), state)).isEqualTo("<FailuresBucket>");
            // the time orders the objects, the uuid keeps two of the same millisecond apart
            assertThat(error.get("Key").asText()).isEqualTo(LakeLayout.RULE_ERRORS_PREFIX + "${topic(2)}/${timestamp()}-${newuuid()}.json");
        });
    }

    @Test
    void aNoticeOfLostReadingsIsAnObjectOfItsOwnInTheLakeUnderTheNameOfWhoSentIt() {
        JsonNode payload = rule(flow, "millrace_dev_notices").get("TopicRulePayload");

        assertThat(payload.get("Sql").asText()).isEqualTo("SELECT * FROM 'dt/+/lost'");
        assertThat(payload.get("Actions")).hasSize(1);
        JsonNode action = payload.get("Actions").get(0).get("S3");
        assertThat(Read.text(action.get("BucketName"), state)).isEqualTo("<LakeBucket>");
        assertThat(action.get("Key").asText()).isEqualTo("notices/lost/${topic(2)}/${timestamp()}-${newuuid()}.json");
        assertThat(Topics.lost("millrace_dev_notices", "truck-1").replace("$aws/rules/millrace_dev_notices/", "").split("/", -1)).containsExactly("dt", "truck-1", "lost");
    }

    @Test
    void theRuleHandsOnTheBytesOfADeviceAndKeepsAThingInOneShard() {
        JsonNode payload = rule(flow, "millrace_dev_telemetry").get("TopicRulePayload");

        assertThat(payload.get("Sql").asText()).isEqualTo("SELECT * FROM 'dt/+/+'");
        assertThat(payload.get("Actions")).hasSize(1);
        JsonNode action = payload.get("Actions").get(0).get("Kinesis");
        assertThat(action.get("PartitionKey").asText()).isEqualTo("${topic(2)}").doesNotContain("newuuid");
        assertThat(Read.text(action.get("StreamName"), state)).isEqualTo("<Telemetry>");
        // topic(2) counts from the level after the rule's name
        assertThat(Topics.telemetry("millrace_dev_telemetry", "truck-1", "truck").replace("$aws/rules/millrace_dev_telemetry/", "").split("/", -1)[1])
                .isEqualTo("truck-1");
    }

    @Test
    void aRuleWaitsForTheRightsOfItsRoles() {
        Map<String, String> dependencies = new TreeMap<>();
        Read.resources(flow, "AWS::IoT::TopicRule").values()
                .forEach(rule -> dependencies.put(rule.get("Properties").get("RuleName").asText(), rule.get("DependsOn").toString()));

        assertThat(dependencies).containsOnlyKeys("millrace_dev_notices", "millrace_dev_telemetry");
        assertThat(dependencies.get("millrace_dev_telemetry")).contains("RuleToStreamStreamRoleDefaultPolicy", "RuleToStreamErrorRoleDefaultPolicy");
        assertThat(dependencies.get("millrace_dev_notices")).contains("RuleToLakeLakeRoleDefaultPolicy", "RuleToLakeErrorRoleDefaultPolicy");
    }

    @Test
    void aDeviceMaySpeakForItsThingRenewItsCertificateAndNothingElse() {
        assertThat(rendered(policy(flow, "millrace-dev-device"))).isEqualToIgnoringWhitespace("""
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Action":"iot:Connect",
                  "Resource":"arn:aws:iot:ap-southeast-1:123456789012:client/${iot:Connection.Thing.ThingName}",
                  "Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true"]}}},
                 {"Effect":"Allow","Action":"iot:Publish","Resource":[
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/rules/millrace_dev_telemetry/dt/${iot:Connection.Thing.ThingName}/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/rules/millrace_dev_notices/dt/${iot:Connection.Thing.ThingName}/lost",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/get",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/update",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/certificates/create-from-csr/json",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/provisioning-templates/millrace-dev-device/provision/json"]},
                 {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
                  "arn:aws:iot:ap-southeast-1:123456789012:topicfilter/cmd/${iot:Connection.Thing.ThingName}/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topicfilter/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topicfilter/$aws/certificates/create-from-csr/json/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topicfilter/$aws/provisioning-templates/millrace-dev-device/provision/json/*"]},
                 {"Effect":"Allow","Action":"iot:Receive","Resource":[
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/cmd/${iot:Connection.Thing.ThingName}/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/things/${iot:Connection.Thing.ThingName}/shadow/name/config/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/certificates/create-from-csr/json/*",
                  "arn:aws:iot:ap-southeast-1:123456789012:topic/$aws/provisioning-templates/millrace-dev-device/provision/json/*"]}]}
                """);
    }

    @Test
    void thePolicyCoversTheTopicsThatDevicesUse() {
        JsonNode published = policy(flow, "millrace-dev-device").get("Statement").get(1).get("Resource");
        String telemetry = ofTruck(published.get(0));

        assertThat(telemetry).endsWith("/*");
        assertThat(Topics.telemetry("millrace_dev_telemetry", "truck-1", "truck")).startsWith(telemetry.substring(0, telemetry.length() - 1));
        assertThat(ofTruck(published.get(1))).isEqualTo(Topics.lost("millrace_dev_notices", "truck-1"));
    }

    private String ofTruck(JsonNode topic) {
        return Read.text(topic, state).replaceFirst("^.*:topic/", "").replace("${iot:Connection.Thing.ThingName}", "truck-1");
    }

    @Test
    void aPolicyFitsIntoWhatAwsIotTakesEvenWithTheLongestEnvironment() {
        List<JsonNode> longest = Read.properties(Synth.synthesize(Map.of("environment", "abcdefghijklmnop")).flow(), "AWS::IoT::Policy");

        // 2,048 characters without white space (AWS IoT Core quotas)
        assertThat(longest).hasSize(2).allSatisfy(policy -> assertThat(rendered(policy.get("PolicyDocument")).length()).isLessThan(2048));
    }

    @Test
    void functionsRunOnTheReleaseThatTheyAreCompiledForAndStartFromASnapshot() {
        assertThat(Read.properties(flow, "AWS::Lambda::Function")).hasSize(7).allSatisfy(function -> {
            // all modules are compiled for one release: that of this class
            assertThat(function.get("Runtime").asText()).isEqualTo("java" + ClassFiles.release(ClassFiles.ofClassPath(MillraceApp.class)));
            assertThat(function.get("Architectures").toString()).isEqualTo("[\"arm64\"]");
            assertThat(function.get("SnapStart").get("ApplyOn").asText()).isEqualTo("PublishedVersions");
            boolean sorts = function.get("Handler").asText().startsWith("dev.millrace.compact.");
            assertThat(function.get("MemorySize").asInt()).isEqualTo(sorts ? 2048 : 1024);
            assertThat(function.get("LoggingConfig").get("LogGroup").has("Ref")).isTrue();
        });
    }

    @Test
    void eachFunctionGetsTheNamesThatItReads() {
        Map<String, Map<String, String>> environments = new TreeMap<>();
        Map<String, Integer> timeouts = new TreeMap<>();
        for (JsonNode function : Read.properties(flow, "AWS::Lambda::Function")) {
            Map<String, String> environment = new TreeMap<>();
            function.get("Environment").get("Variables").properties()
                    .forEach(variable -> environment.put(variable.getKey(), Read.text(variable.getValue(), state)));
            environments.put(function.get("Handler").asText(), environment);
            timeouts.put(function.get("Handler").asText(), function.get("Timeout").asInt());
        }

        String ingest = "dev.millrace.ingest.IngestHandler::handleRequest";
        String archive = "dev.millrace.archive.ArchiveHandler::handleRequest";
        String provision = "dev.millrace.provision.ProvisionHandler::handleRequest";
        String sweep = "dev.millrace.sweep.SweepHandler::handleRequest";
        String compact = "dev.millrace.compact.CompactHandler::handleRequest";
        String redrive = "dev.millrace.redrive.RedriveHandler::handleRequest";
        String completeness = "dev.millrace.completeness.CompletenessHandler::handleRequest";
        assertThat(environments).isEqualTo(Map.of(
                compact, Map.of(
                        "LAKE_BUCKET", "<LakeBucket>",
                        "GLUE_DATABASE", "<LakeCatalogDatabase>",
                        "STREAM_RETENTION_HOURS", "168",
                        "BUFFER_MEGABYTES", "640",
                        "TIMESTREAM_DATABASE", "<HotStoreDatabase>",
                        "READINGS_TABLE", "<HotStoreReadings.Name>",
                        "ROLLUPS_TABLE", "<HotStoreRollups.Name>"),
                ingest, Map.of(
                        "STATES_TABLE", "<States>",
                        "TIMESTREAM_DATABASE", "<HotStoreDatabase>",
                        "READINGS_TABLE", "<HotStoreReadings.Name>",
                        "ROLLUPS_TABLE", "<HotStoreRollups.Name>",
                        "LAKE_BUCKET", "<LakeBucket>",
                        "LEDGER_INTERVALS_MAX", "128",
                        "LEDGER_EPOCHS_MAX", "4"),
                archive, Map.of("LAKE_BUCKET", "<LakeBucket>"),
                completeness, Map.of(
                        "STATES_TABLE", "<States>",
                        "LAKE_BUCKET", "<LakeBucket>",
                        "LEDGER_INTERVALS_MAX", "128",
                        "LEDGER_EPOCHS_MAX", "4",
                        "RESEND_READINGS_MAX", "1000000"),
                sweep, Map.of("STATES_TABLE", "<States>", "STREAM_NAME", "<Telemetry>"),
                redrive, Map.of(
                        "FAILURES_BUCKET", "<FailuresBucket>",
                        "LAKE_BUCKET", "<LakeBucket>",
                        "STREAM_NAME", "<Telemetry>",
                        "RULE_NAME", "<RuleToStreamRule>",
                        "NOTICES_RULE_NAME", "<RuleToLakeRule>"),
                provision, Map.of("SERIALS_TABLE", "<Serials>")));
        assertThat(timeouts).isEqualTo(Map.of(ingest, 60, archive, 120, sweep, 600, provision, 5, compact, 900, redrive, 840, completeness, 900));
    }

    @Test
    void idleThingsAreLookedForAgainAndAgain() {
        JsonNode rule = scheduleOf("Sweep", flow);

        assertThat(rule.get("ScheduleExpression").asText()).isEqualTo("rate(15 minutes)");
        assertThat(rule.get("State").asText()).isEqualTo("ENABLED");
        assertThat(rule.get("Targets")).hasSize(1);
        assertThat(Read.text(rule.get("Targets").get(0).get("Arn"), state)).isEqualTo("<SweepLive>");
    }

    @Test
    void whatWasGivenUpIsTakenBackAgainAndAgain() {
        JsonNode rule = scheduleOf("FailuresToStream", flow);

        assertThat(rule.get("ScheduleExpression").asText()).isEqualTo("rate(15 minutes)");
        assertThat(Read.text(rule.get("Targets").get(0).get("Arn"), state)).isEqualTo("<FailuresToStreamRedriveLive>");
    }

    @Test
    void whatHasLandedIsCompactedAtTheRateThatIsSet() {
        assertThat(scheduleOf("LandingToReadings", flow).get("ScheduleExpression").asText()).isEqualTo("rate(1 hour)");
        assertThat(scheduleOf("LandingToReadings", Synth.synthesize(Map.of("compactionMinutes", 5)).flow()).get("ScheduleExpression").asText())
                .isEqualTo("rate(5 minutes)");
    }

    @Test
    void whatIsMissingIsLookedForAtTheRateThatIsSetAndARunEndsBeforeTheNextOneBegins() {
        assertThat(scheduleOf("StatesToCompleteness", flow).get("ScheduleExpression").asText()).isEqualTo("rate(1 hour)");
        JsonNode other = Synth.synthesize(Map.of("completenessMinutes", 10)).flow();
        assertThat(scheduleOf("StatesToCompleteness", other).get("ScheduleExpression").asText()).isEqualTo("rate(10 minutes)");
        assertThat(Read.properties(other, "AWS::Lambda::Function")).anySatisfy(function -> {
            assertThat(function.get("Handler").asText()).startsWith("dev.millrace.completeness.");
            assertThat(function.get("Timeout").asInt()).isEqualTo(600);
        });
    }

    @Test
    void eachDeploymentAsksForTheTablesOnceTheFunctionHasItsRights() {
        JsonNode tables = Read.resources(flow, "Custom::LakeTables").values().iterator().next();

        assertThat(Read.text(tables.get("Properties").get("ServiceToken"), state)).isEqualTo("<LandingToReadingsCompactLive>");
        assertThat(tables.get("Properties").get("columns").asText()).contains("truck: thing, epoch, seq, taken_at, arrived_at, speed_kmh, ");
        assertThat(tables.get("DependsOn").toString()).contains("LandingToReadingsCompactRoleDefaultPolicy");
    }

    /// The rule whose id begins so.
    private static JsonNode scheduleOf(String id, JsonNode flow) {
        return Read.resources(flow, "AWS::Events::Rule").entrySet().stream().filter(rule -> rule.getKey().startsWith(id)).findFirst().orElseThrow()
                .getValue().get("Properties");
    }

    @ParameterizedTest
    @CsvSource({"1, rate(1 minute), 60", "60, rate(1 hour), 600", "1440, rate(1 day), 600"})
    void aSweepEndsBeforeTheNextOneBegins(int minutes, String expression, int timeoutSeconds) {
        JsonNode other = Synth.synthesize(Map.of("sweepMinutes", minutes)).flow();

        assertThat(scheduleOf("Sweep", other).get("ScheduleExpression").asText()).isEqualTo(expression);
        assertThat(Read.properties(other, "AWS::Lambda::Function")).anySatisfy(function -> {
            assertThat(function.get("Handler").asText()).startsWith("dev.millrace.sweep.");
            assertThat(function.get("Timeout").asInt()).isEqualTo(timeoutSeconds);
        });
    }

    @Test
    void logsDoNotStayForEver() {
        assertThat(Read.properties(flow, "AWS::Logs::LogGroup")).hasSize(7).allSatisfy(group -> assertThat(group.get("RetentionInDays").asInt()).isEqualTo(30));
    }

    @Test
    void theOutputsNameWhatDevicesAndOperatorsNeed() {
        assertThat(flow.get("Outputs").properties()).extracting(output -> output.getKey() + "=" + Read.text(output.getValue().get("Value"), state))
                .containsExactlyInAnyOrder("AlarmTopic=<AlarmsTopic>", "CompactFunction=<LandingToReadingsCompactLive>", "CompletenessFunction=<StatesToCompletenessLive>", "RedriveFunction=<FailuresToStreamRedriveLive>",
                        "RuleName=<RuleToStreamRule>", "NoticesRuleName=<RuleToLakeRule>", "DevicePolicyName=<DeviceToRulePolicy>",
                        "ProvisioningTemplateName=<FleetProvisioningTemplate>", "ClaimPolicyName=<FleetProvisioningClaimPolicy>");
    }

    @Test
    void settingsReachTheTemplate() {
        Synth.Templates other = Synth.synthesize(Map.of("environment", "prod2", "shards", "7", "streamRetentionHours", 24, "ingestBatchSize", 10,
                "ingestWindowSeconds", 0, "archiveBatchSize", 20, "archiveWindowSeconds", 300, "timestreamMemoryHours", 48, "timestreamMagneticDays", 30));

        JsonNode stream = Read.only(other.state(), "AWS::Kinesis::Stream");
        assertThat(stream.get("ShardCount").asInt()).isEqualTo(7);
        assertThat(stream.get("RetentionPeriodHours").asInt()).isEqualTo(24);
        assertThat(Read.properties(other.flow(), "AWS::Lambda::EventSourceMapping")).extracting(mapping -> mapping.get("BatchSize").asInt() + " in "
                + mapping.get("MaximumBatchingWindowInSeconds").asInt() + " s, given up after " + mapping.get("MaximumRecordAgeInSeconds").asInt() + " s")
                .containsExactlyInAnyOrder("10 in 0 s, given up after 82800 s", "20 in 300 s, given up after 82800 s");
        assertThat(Read.properties(other.state(), "AWS::Timestream::Table")).allSatisfy(table -> assertThat(table.get("RetentionProperties").toString())
                .isEqualTo("{\"MemoryStoreRetentionPeriodInHours\":\"48\",\"MagneticStoreRetentionPeriodInDays\":\"30\"}"));
        assertThat(Read.properties(other.flow(), "AWS::IoT::TopicRule")).extracting(rule -> rule.get("RuleName").asText())
                .containsExactlyInAnyOrder("millrace_prod2_telemetry", "millrace_prod2_notices").allMatch(name -> Topics.RULE_NAME.matcher(name).matches());
    }

    @Test
    void theBoundsOfALedgerReachTheFunction() {
        JsonNode other = Synth.synthesize(Map.of("ledgerIntervalsMax", "512", "ledgerEpochsMax", 1)).flow();

        assertThat(Read.properties(other, "AWS::Lambda::Function")).anySatisfy(function -> {
            JsonNode variables = function.get("Environment").get("Variables");
            assertThat(variables.path("LEDGER_INTERVALS_MAX").asText()).isEqualTo("512");
            assertThat(variables.path("LEDGER_EPOCHS_MAX").asText()).isEqualTo("1");
        });
    }

    private static JsonNode rule(JsonNode flow, String name) {
        return Read.properties(flow, "AWS::IoT::TopicRule").stream().filter(rule -> rule.get("RuleName").asText().equals(name))
                .findFirst().orElseThrow(() -> new AssertionError("no rule is named " + name));
    }

    private static JsonNode policy(JsonNode flow, String name) {
        return Read.properties(flow, "AWS::IoT::Policy").stream().filter(policy -> policy.get("PolicyName").asText().equals(name))
                .map(policy -> policy.get("PolicyDocument")).findFirst().orElseThrow(() -> new AssertionError("no policy is named " + name));
    }

    /// The document as AWS IoT gets it, in a region and an account with long names.
    private String rendered(JsonNode document) {
        return Read.rendered(document, state).toString().replace("<Partition>", "aws").replace("<Region>", "ap-southeast-1").replace("<AccountId>", "123456789012");
    }
}
