package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.events.LakeLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;

class StateStackTest {
    private static final Set<String> HOLDS_DATA = Set.of("AWS::Kinesis::Stream", "AWS::DynamoDB::Table", "AWS::S3::Bucket",
            "AWS::Timestream::Database", "AWS::Timestream::Table", "AWS::Glue::Database");
    private static final Set<String> HOLDS_NONE = Set.of("AWS::S3::BucketPolicy", "AWS::Glue::Table", "AWS::Athena::WorkGroup",
            "AWS::Athena::NamedQuery");

    private final JsonNode template = Synth.templates().state();

    @Test
    void whatHoldsDataStaysWhateverHappensToTheStack() {
        for (JsonNode resource : template.get("Resources")) {
            String type = resource.get("Type").asText();
            // a new type must be put into one of the two sets knowingly
            assertThat(type).isIn(union(HOLDS_DATA, HOLDS_NONE));
            if (HOLDS_DATA.contains(type)) {
                assertThat(resource.path("DeletionPolicy").asText()).as(type).isEqualTo("Retain");
                assertThat(resource.path("UpdateReplacePolicy").asText()).as(type).isEqualTo("Retain");
            }
        }
    }

    @Test
    void theStackIsProtectedFromDeletion() {
        Stack state = (Stack) Synth.app(Map.of()).getNode().findChild("Millrace-dev-State");

        assertThat(state.getTerminationProtection()).isTrue();
    }

    @Test
    void theStreamIsEncryptedAndKeepsRecordsAsLongAsConfigured() {
        JsonNode stream = Read.only(template, "AWS::Kinesis::Stream");

        assertThat(stream.get("ShardCount").asInt()).isEqualTo(2);
        assertThat(stream.get("RetentionPeriodHours").asInt()).isEqualTo(168);
        assertThat(stream.get("StreamEncryption").get("EncryptionType").asText()).isEqualTo("KMS");
        assertThat(stream.get("StreamEncryption").get("KeyId").asText()).isEqualTo("alias/aws/kinesis");
    }

    @Test
    void tablesHaveOneItemAThingAndOneASerialNumberAndCanBeRecovered() {
        Map<String, JsonNode> tables = Read.resources(template, "AWS::DynamoDB::Table");
        assertThat(tables.keySet()).extracting(id -> id.replaceFirst("[0-9A-F]{8}$", "")).containsExactly("States", "Serials");
        tables.forEach((id, resource) -> {
            JsonNode table = resource.get("Properties");
            String key = id.startsWith("States") ? "thing" : "serial";
            assertThat(table.get("KeySchema").toString()).isEqualTo("[{\"AttributeName\":\"%s\",\"KeyType\":\"HASH\"}]".formatted(key));
            assertThat(table.get("AttributeDefinitions").toString()).isEqualTo("[{\"AttributeName\":\"%s\",\"AttributeType\":\"S\"}]".formatted(key));
            assertThat(table.get("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
            assertThat(table.get("PointInTimeRecoverySpecification").get("PointInTimeRecoveryEnabled").asBoolean()).isTrue();
            assertThat(table.get("DeletionProtectionEnabled").asBoolean()).isTrue();
        });
    }

    @Test
    void noBucketIsPublicOrReadWithoutTls() {
        Map<String, JsonNode> buckets = Read.resources(template, "AWS::S3::Bucket");
        assertThat(buckets).hasSize(3);
        List<String> tlsOnly = new ArrayList<>();
        for (JsonNode policy : Read.properties(template, "AWS::S3::BucketPolicy")) {
            assertThat(policy.get("PolicyDocument").get("Statement").toString())
                    .contains("\"Effect\":\"Deny\"", "\"aws:SecureTransport\":\"false\"", "\"Action\":\"s3:*\"");
            tlsOnly.add(policy.get("Bucket").get("Ref").asText());
        }
        assertThat(tlsOnly).containsExactlyInAnyOrderElementsOf(buckets.keySet());
        buckets.forEach((id, bucket) -> {
            JsonNode properties = bucket.get("Properties");
            assertThat(properties.get("PublicAccessBlockConfiguration").toString()).as(id).doesNotContain("false");
            assertThat(properties.get("PublicAccessBlockConfiguration").size()).as(id).isEqualTo(4);
            assertThat(properties.get("BucketEncryption").toString()).as(id).contains("AES256");
            assertThat(properties.get("LifecycleConfiguration").toString()).as(id).contains("AbortIncompleteMultipartUpload");
        });
    }

    @Test
    void whatCannotBeHadAgainIsVersionedAndNeverExpires() {
        Read.resources(template, "AWS::S3::Bucket").forEach((id, bucket) -> {
            boolean results = id.startsWith("AthenaResults");
            assertThat(bucket.get("Properties").has("VersioningConfiguration")).as(id).isEqualTo(!results);
            List<String> expiring = new ArrayList<>();
            bucket.get("Properties").get("LifecycleConfiguration").get("Rules").forEach(rule -> {
                if (rule.has("ExpirationInDays")) {
                    expiring.add(rule.path("Prefix").asText() + rule.path("TagFilters") + rule.get("ExpirationInDays").asInt());
                }
            });
            // landing objects that are in their table, and what can be replayed again
            List<String> lake = List.of("landing/[{\"Key\":\"millrace-compacted\",\"Value\":\"true\"}]7", "replay/30");
            assertThat(bucket.toString().contains("{\"StorageClass\":\"INTELLIGENT_TIERING\",\"TransitionInDays\":30}")).as(id).isEqualTo(!results);
            assertThat(expiring).as(id).isEqualTo(results ? List.of("30") : id.startsWith("Lake") ? lake : List.of());
        });
    }

    @Test
    void bothTimestreamTablesTakeLateReadingsAndReportWhatTheyRefuse() {
        List<JsonNode> tables = Read.properties(template, "AWS::Timestream::Table");
        assertThat(tables).extracting(table -> table.get("TableName").asText()).containsExactly("readings", "rollups");
        for (JsonNode table : tables) {
            assertThat(Read.text(table.get("DatabaseName"), template)).isEqualTo("<HotStoreDatabase>");
            assertThat(table.get("Schema").toString())
                    .isEqualTo("{\"CompositePartitionKey\":[{\"EnforcementInRecord\":\"REQUIRED\",\"Name\":\"thing\",\"Type\":\"DIMENSION\"}]}");
            assertThat(table.get("RetentionProperties").toString())
                    .isEqualTo("{\"MemoryStoreRetentionPeriodInHours\":\"24\",\"MagneticStoreRetentionPeriodInDays\":\"365\"}");
            JsonNode late = table.get("MagneticStoreWriteProperties");
            assertThat(late.get("EnableMagneticStoreWrites").asBoolean()).isTrue();
            JsonNode reports = late.get("MagneticStoreRejectedDataLocation").get("S3Configuration");
            assertThat(Read.text(reports.get("BucketName"), template)).isEqualTo("<FailuresBucket>");
            assertThat(reports.get("ObjectKeyPrefix").asText()).isEqualTo(LakeLayout.TIMESTREAM_REJECTED_PREFIX);
            assertThat(reports.get("EncryptionOption").asText()).isEqualTo("SSE_S3");
        }
    }

    @Test
    void theLimitOfAQueryIsASetting() {
        JsonNode workgroup = Read.only(Synth.synthesize(Map.of("queryScanMegabytesMax", 100_000_000)).state(), "AWS::Athena::WorkGroup");

        assertThat(workgroup.get("WorkGroupConfiguration").get("BytesScannedCutoffPerQuery").asLong()).isEqualTo(100_000_000_000_000L);
    }

    @Test
    void noQueryEscapesTheWorkgroupsLimit() {
        JsonNode workgroup = Read.only(template, "AWS::Athena::WorkGroup");
        JsonNode configuration = workgroup.get("WorkGroupConfiguration");

        assertThat(workgroup.get("Name").asText()).isEqualTo("millrace-dev");
        assertThat(configuration.get("EnforceWorkGroupConfiguration").asBoolean()).isTrue();
        assertThat(configuration.get("BytesScannedCutoffPerQuery").asLong()).isEqualTo(100_000_000_000L);
        assertThat(configuration.get("EngineVersion").get("SelectedEngineVersion").asText()).isEqualTo("Athena engine version 3");
        assertThat(Read.text(configuration.get("ResultConfiguration").get("OutputLocation"), template)).isEqualTo("s3://<AthenaResultsBucket>/");
    }

    @Test
    void theOutputsNameWhatOthersLookFor() {
        Set<String> own = new TreeSet<>();
        template.get("Outputs").properties().forEach(output -> {
            if (!output.getValue().has("Export")) {
                own.add(output.getKey() + "=" + Read.text(output.getValue().get("Value"), template));
            }
        });

        assertThat(own).containsExactly("AthenaResultsBucket=<AthenaResultsBucket>", "AthenaWorkgroup=<AnalystsWorkgroup>",
                "FailuresBucket=<FailuresBucket>", "GlueDatabase=<LakeCatalogDatabase>", "LakeBucket=<LakeBucket>",
                "ReadingsTable=<HotStoreReadings.Name>", "RollupsTable=<HotStoreRollups.Name>", "SerialsTable=<Serials>", "StatesTable=<States>",
                "StreamName=<Telemetry>", "TimestreamDatabase=<HotStoreDatabase>");
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> union = new TreeSet<>(a);
        union.addAll(b);
        return union;
    }
}
