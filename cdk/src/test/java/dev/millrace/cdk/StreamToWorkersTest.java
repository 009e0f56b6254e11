package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamToWorkersTest {
    private static final Synth.Templates TEMPLATES = Synth.synthesize(Map.of("compute", "worker", "workers", 3, "archiveWindowSeconds", 30));

    private final JsonNode flow = TEMPLATES.flow();
    private final JsonNode container = Read.only(flow, "AWS::ECS::TaskDefinition").get("ContainerDefinitions").get(0);

    @Test
    void workersTakeThePlaceOfTheFunctionsAndTheirMappings() {
        assertThat(Read.resources(flow, "AWS::Lambda::EventSourceMapping")).isEmpty();
        assertThat(Read.properties(flow, "AWS::Lambda::Function")).noneMatch(function -> function.path("Handler").asText().matches("dev.millrace.(ingest|archive).*"));
        JsonNode service = Read.only(flow, "AWS::ECS::Service");
        assertThat(service.get("DesiredCount").asInt()).isEqualTo(3);
        assertThat(service.get("LaunchType").asText()).isEqualTo("FARGATE");
        assertThat(container.get("StopTimeout").asInt()).as("longer than the 45 s in which a worker hands over").isEqualTo(60);
    }

    @Test
    void aWorkerReadsWhatTheFunctionsAndTheMappingsWereTold() {
        Map<String, String> variables = new LinkedHashMap<>();
        container.get("Environment").forEach(one -> variables.put(one.get("Name").asText(), Read.text(one.get("Value"), TEMPLATES.state())));

        assertThat(variables).containsEntry("STREAM_ARN", "<Telemetry.Arn>").containsEntry("INGEST_BATCH_SIZE", "1000").containsEntry("INGEST_WINDOW_SECONDS", "1")
                .containsEntry("ARCHIVE_BATCH_SIZE", "10000").containsEntry("ARCHIVE_WINDOW_SECONDS", "30").containsEntry("RECORD_AGE_HOURS", "167")
                .containsEntry("LEASES_TABLES", "millrace-dev-leases").containsEntry("LEDGER_INTERVALS_MAX", "128").containsEntry("LEDGER_EPOCHS_MAX", "4")
                .containsKeys("STATES_TABLE", "LAKE_BUCKET", "FAILURES_BUCKET", "TIMESTREAM_DATABASE", "READINGS_TABLE", "ROLLUPS_TABLE");
        assertThat(variables.keySet()).isSubsetOf(variables.keySet().stream().sorted().toList());
    }

    @Test
    void theTaskHasTheRightsThatAreUsedAndNoOther() {
        String table = "arn:<Partition>:dynamodb:<Region>:<AccountId>:table/millrace-dev-leases-";
        List<String> expected = new ArrayList<>();
        for (String consumer : List.of("ingest", "archive")) {
            Stream.of("CreateTable", "DeleteItem", "DescribeTable", "GetItem", "PutItem", "Scan", "UpdateItem", "UpdateTable")
                    .forEach(action -> expected.add("dynamodb:%s %s%s".formatted(action, table, consumer)));
            expected.add("dynamodb:DescribeTable " + table + consumer + "-CoordinatorState");
            expected.add("dynamodb:DescribeTable " + table + consumer + "-WorkerMetricStats");
            expected.add("dynamodb:Query " + table + consumer + "/index/LeaseOwnerToLeaseKeyIndex");
        }
        Stream.of("DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards").forEach(action -> expected.add("kinesis:" + action + " <Telemetry.Arn>"));
        Stream.of("BatchGetItem", "PartiQLInsert", "PartiQLUpdate").forEach(action -> expected.add("dynamodb:" + action + " <States.Arn>"));
        expected.addAll(List.of("s3:PutObject <LakeBucket.Arn>/landing/*", "s3:PutObject <LakeBucket.Arn>/quarantine/*", "s3:PutObject <FailuresBucket.Arn>/aws/lambda/*",
                "s3:PutObject <FailuresBucket.Arn>/timestream-rejected/*", "timestream:WriteRecords <HotStoreReadings.Arn>", "timestream:WriteRecords <HotStoreRollups.Arn>",
                "timestream:DescribeEndpoints *"));

        assertThat(rightsOfTheTask()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void nobodyGetsInAndSomebodyIsToldWhenNoneRuns() {
        assertThat(Read.properties(flow, "AWS::EC2::SecurityGroup")).hasSize(1).allSatisfy(group -> assertThat(group.has("SecurityGroupIngress")).isFalse());
        assertThat(Read.resources(flow, "AWS::EC2::NatGateway")).isEmpty();
        assertThat(Read.properties(flow, "AWS::CloudWatch::Alarm")).filteredOn(alarm -> alarm.get("AlarmName").asText().endsWith("-behind") && alarm.path("MetricName").asText().equals("behind")
                && alarm.get("Dimensions").get(0).get("Value").asText().matches("ingest|archive")).hasSize(2)
                .allSatisfy(alarm -> assertThat(alarm.get("TreatMissingData").asText()).isEqualTo("breaching"));
    }

    @Test
    void aContainerThatIsNotBuiltIsNamed() {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Synth.synthesize(Map.of("compute", "worker", "workerContainer", "nowhere")))
                .withMessageContaining("workerContainer must be the directory of the stream worker's container: there is no file").withMessageContaining("nowhere/Dockerfile");
    }

    private List<String> rightsOfTheTask() {
        List<String> rights = new ArrayList<>();
        Read.resources(flow, "AWS::IAM::Policy").forEach((id, policy) -> {
            if (id.startsWith("StreamToWorkersRole")) {
                for (JsonNode statement : policy.get("Properties").get("PolicyDocument").get("Statement")) {
                    for (JsonNode action : each(statement.get("Action"))) {
                        each(statement.get("Resource")).forEach(resource -> rights.add(action.asText() + " " + Read.text(resource, TEMPLATES.state())));
                    }
                }
            }
        });
        return rights;
    }

    private static List<JsonNode> each(JsonNode value) {
        return value.isArray() ? value.valueStream().toList() : List.of(value);
    }
}
