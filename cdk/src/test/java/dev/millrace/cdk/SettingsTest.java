package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;

class SettingsTest {
    @Test
    void withoutAHotStoreNothingSpeaksOfTimestreamAndTheFunctionsAreTold() {
        Synth.Templates templates = Synth.synthesize(Map.of("hotStore", "none"));

        assertThat(templates.state().toString()).doesNotContainIgnoringCase("timestream");
        assertThat(templates.flow().toString()).doesNotContainIgnoringCase("timestream").doesNotContain("READINGS_TABLE", "ROLLUPS_TABLE");
        List<String> told = new ArrayList<>();
        for (JsonNode function : Read.properties(templates.flow(), "AWS::Lambda::Function")) {
            if (function.at("/Environment/Variables/HOT_STORE").asText().equals("none")) {
                told.add(function.get("Handler").asText());
            }
        }
        assertThat(told).containsExactlyInAnyOrder("dev.millrace.ingest.IngestHandler::handleRequest", "dev.millrace.compact.CompactHandler::handleRequest");
        assertThat(Synth.templates().flow().toString()).doesNotContain("HOT_STORE");
    }

    @Test
    void aStreamOnDemandHasNoShardsToSet() {
        JsonNode stream = Read.only(Synth.synthesize(Map.of("streamMode", "on-demand")).state(), "AWS::Kinesis::Stream");

        assertThat(stream.get("StreamModeDetails").toString()).isEqualTo("{\"StreamMode\":\"ON_DEMAND\"}");
        assertThat(stream.has("ShardCount")).isFalse();
    }

    @Test
    void whatIsThrownAwayGoesWithItsStackButForBuckets() {
        Map<String, Object> settings = Map.of("removalPolicy", "destroy", "deletionProtection", "false");
        JsonNode state = Synth.synthesize(settings).state();

        Set<String> stay = new TreeSet<>();
        state.get("Resources").forEach(resource -> {
            if (resource.path("DeletionPolicy").asText().equals("Retain")) {
                stay.add(resource.get("Type").asText());
            }
        });
        assertThat(stay).containsExactly("AWS::S3::Bucket");
        assertThat(Read.properties(state, "AWS::DynamoDB::Table")).hasSize(2).noneMatch(table -> table.path("DeletionProtectionEnabled").asBoolean());
        assertThat(((Stack) Synth.app(settings).getNode().findChild("Millrace-dev-State")).getTerminationProtection()).isFalse();
    }

    @Test
    void logsAreKeptAsLongAsIsSet() {
        assertThat(Read.properties(Synth.synthesize(Map.of("logRetentionDays", "400")).flow(), "AWS::Logs::LogGroup")).isNotEmpty()
                .allMatch(group -> group.get("RetentionInDays").asInt() == 400);
    }

    @Test
    void aDeviceTypeThatIsNotSetHasNoTableNoViewAndNoQueryButIsTakenAllTheSame() {
        Synth.Templates trucks = Synth.synthesize(Map.of("deviceTypes", "truck"));

        assertThat(Read.properties(trucks.state(), "AWS::Glue::Table")).extracting(table -> table.at("/TableInput/Name").asText())
                .containsExactlyInAnyOrder("truck_landing", "truck", "quarantine", "completeness", "lost_readings", "rule_errors", "failed_batches");
        List<String> queries = Read.properties(trucks.state(), "AWS::Athena::NamedQuery").stream().map(query -> query.get("Name").asText()).toList();
        assertThat(queries).contains("last_position", "quarantine_by_reason").doesNotContain("five_minute_averages");
        assertThat(Read.only(trucks.flow(), "Custom::LakeTables").get("columns").asText()).as("compaction makes the tables of all types")
                .contains("environment: ", "machine: ", "truck: ").isEqualTo(Read.only(Synth.templates().flow(), "Custom::LakeTables").get("columns").asText());
    }

    @Test
    void aKeyOfTheCustomerEncryptsAllThatHoldsAnything() {
        Synth.Templates templates = Synth.synthesize(Map.of("customerKey", "true"));
        JsonNode state = templates.state();

        assertThat(Read.text(Read.only(state, "AWS::Kinesis::Stream").at("/StreamEncryption/KeyId"), state)).isEqualTo("<CustomerKey.Arn>");
        assertThat(Read.text(Read.only(state, "AWS::Timestream::Database").get("KmsKeyId"), state)).isEqualTo("<CustomerKey.Arn>");
        assertThat(Read.properties(state, "AWS::DynamoDB::Table")).hasSize(2)
                .allSatisfy(table -> assertThat(Read.text(table.at("/SSESpecification/KMSMasterKeyId"), state)).isEqualTo("<CustomerKey.Arn>"));
        assertThat(Read.properties(state, "AWS::S3::Bucket")).hasSize(3).allSatisfy(bucket -> {
            JsonNode rule = bucket.at("/BucketEncryption/ServerSideEncryptionConfiguration/0");
            assertThat(Read.text(rule.at("/ServerSideEncryptionByDefault/KMSMasterKeyID"), state)).isEqualTo("<CustomerKey.Arn>");
            assertThat(rule.get("BucketKeyEnabled").asBoolean()).isTrue();
        });
        assertThat(Read.properties(state, "AWS::Timestream::Table")).hasSize(2).allSatisfy(table -> assertThat(
                Read.text(table.at("/MagneticStoreWriteProperties/MagneticStoreRejectedDataLocation/S3Configuration/KmsKeyId"), state)).isEqualTo("<CustomerKey.Arn>"));
        assertThat(Read.text(Read.only(state, "AWS::Athena::WorkGroup").at("/WorkGroupConfiguration/ResultConfiguration/EncryptionConfiguration/KmsKey"), state))
                .isEqualTo("<CustomerKey.Arn>");
        assertThat(Read.properties(templates.flow(), "AWS::Logs::LogGroup")).isNotEmpty()
                .allSatisfy(group -> assertThat(Read.text(group.get("KmsKeyId"), state)).isEqualTo("<CustomerKey.Arn>"));
        assertThat(Read.text(Read.only(templates.flow(), "AWS::SNS::Topic").get("KmsMasterKeyId"), state)).isEqualTo("<CustomerKey.Arn>");
        JsonNode key = Read.only(state, "AWS::KMS::Key");
        assertThat(key.get("EnableKeyRotation").asBoolean()).isTrue();
        assertThat(key.get("KeyPolicy").toString()).contains("kms:EncryptionContext:aws:logs:arn", "cloudwatch.amazonaws.com", "aws:SourceAccount");
    }

    @Test
    void rolesMayDoWithTheKeyWhatTheirDataNeedsAndNothingElse() {
        Set<String> rights = keyRights(Synth.synthesize(Map.of("customerKey", "true")), "<CustomerKey.Arn>");

        assertThat(rights).containsExactlyInAnyOrder(
                "RuleToStreamStreamRole kms:GenerateDataKey", "RuleToStreamErrorRole kms:GenerateDataKey", "RuleToLakeLakeRole kms:GenerateDataKey",
                "RuleToLakeErrorRole kms:GenerateDataKey", "FleetProvisioningProvisionRole kms:Decrypt",
                "IngestRole kms:Decrypt", "IngestRole kms:GenerateDataKey", "ArchiveRole kms:Decrypt", "ArchiveRole kms:GenerateDataKey",
                "FailuresToStreamRedriveRole kms:Decrypt", "FailuresToStreamRedriveRole kms:GenerateDataKey",
                "StatesToCompletenessRole kms:Decrypt", "StatesToCompletenessRole kms:GenerateDataKey", "SweepRole kms:Decrypt", "SweepRole kms:GenerateDataKey", "LandingToReadingsCompactRole kms:Decrypt", "LandingToReadingsCompactRole kms:GenerateDataKey");
        assertThat(keyRights(Synth.templates(), "")).isEmpty();
    }

    @Test
    void aKeyThatIsThereAlreadyIsUsedAndNotMade() {
        String arn = "arn:aws:kms:eu-west-1:123456789012:key/0d0c5b5e-2f4a-4a9d-8c3b-1f2e3d4c5b6a";
        Synth.Templates templates = Synth.synthesize(Map.of("customerKey", arn));

        assertThat(templates.state().toString()).doesNotContain("AWS::KMS::");
        assertThat(Read.only(templates.state(), "AWS::Kinesis::Stream").at("/StreamEncryption/KeyId").asText()).isEqualTo(arn);
        assertThat(keyRights(templates, arn)).hasSize(17);
    }

    /// @param key that they all are for
    private static Set<String> keyRights(Synth.Templates templates, String key) {
        Set<String> rights = new TreeSet<>();
        for (JsonNode policy : Read.properties(templates.flow(), "AWS::IAM::Policy")) {
            String role = Read.texts(policy.get("Roles"), templates.state()).getFirst().replaceAll("[<>]", "");
            for (JsonNode statement : policy.get("PolicyDocument").get("Statement")) {
                for (String action : Read.texts(statement.get("Action"), templates.state())) {
                    if (action.startsWith("kms:")) {
                        assertThat(Read.texts(statement.get("Resource"), templates.state())).as(role).containsExactly(key);
                        rights.add(role + " " + action);
                    }
                }
            }
        }
        return rights;
    }
}
