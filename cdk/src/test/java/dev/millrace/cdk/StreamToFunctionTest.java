package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamToFunctionTest {
    private final JsonNode state = Synth.templates().state();
    private final JsonNode flow = Synth.templates().flow();
    private final Map<String, JsonNode> mappings = Read.resources(flow, "AWS::Lambda::EventSourceMapping");

    @Test
    void noRecordCanBlockItsShardOrGetLost() {
        assertThat(mappings).hasSize(2);
        int retentionSeconds = Read.only(state, "AWS::Kinesis::Stream").get("RetentionPeriodHours").asInt() * 3600;
        mappings.forEach((id, mapping) -> {
            JsonNode properties = mapping.get("Properties");
            assertThat(properties.get("FunctionResponseTypes").toString()).as(id).isEqualTo("[\"ReportBatchItemFailures\"]");
            assertThat(properties.get("BisectBatchOnFunctionError").asBoolean()).as(id).isTrue();
            assertThat(properties.get("MaximumRetryAttempts").asInt()).as(id).isEqualTo(20);
            assertThat(properties.get("MaximumRecordAgeInSeconds").asInt()).as(id).isBetween(60, 604_800).isLessThan(retentionSeconds);
            assertThat(properties.get("StartingPosition").asText()).as(id).isEqualTo("TRIM_HORIZON");
            assertThat(Read.text(properties.get("DestinationConfig").get("OnFailure").get("Destination"), state)).as(id).isEqualTo("<FailuresBucket.Arn>");
            assertThat(properties.get("MetricsConfig").toString()).as(id).isEqualTo("{\"Metrics\":[\"EventCount\"]}");
            assertThat(Read.text(properties.get("EventSourceArn"), state)).as(id).isEqualTo("<Telemetry.Arn>");
        });
    }

    @Test
    void aMappingCallsTheAliasOfAPublishedVersionBecauseOnlyThatHasASnapshot() {
        mappings.forEach((id, mapping) -> {
            // "name:live" is cut out of the alias' ARN
            JsonNode parts = mapping.get("Properties").get("FunctionName").get("Fn::Join").get(1);
            assertThat(parts.get(1).asText()).as(id).isEqualTo(":live");
            String alias = parts.get(0).get("Fn::Select").get(1).get("Fn::Split").get(1).get("Ref").asText();
            JsonNode aliasResource = flow.get("Resources").get(alias);
            assertThat(aliasResource.get("Type").asText()).as(id).isEqualTo("AWS::Lambda::Alias");
            assertThat(aliasResource.get("Properties").get("Name").asText()).as(id).isEqualTo("live");
            String version = aliasResource.get("Properties").get("FunctionVersion").get("Fn::GetAtt").get(0).asText();
            assertThat(flow.get("Resources").get(version).get("Type").asText()).as(id).isEqualTo("AWS::Lambda::Version");
        });
    }

    @Test
    void batchesAreGatheredAsConfigured() {
        assertBatches("IngestLive", 1000, 1);
        assertBatches("ArchiveLive", 10_000, 60);
    }

    private void assertBatches(String idPrefix, int size, int windowSeconds) {
        assertThat(mappings).anySatisfy((id, mapping) -> {
            assertThat(id).startsWith(idPrefix);
            assertThat(mapping.get("Properties").get("BatchSize").asInt()).isEqualTo(size);
            assertThat(mapping.get("Properties").get("MaximumBatchingWindowInSeconds").asInt()).isEqualTo(windowSeconds);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 25, 168, 169, 8760})
    void aRecordIsGivenUpWhileTheStreamStillHasItAndWithinWhatLambdaTakes(int retentionHours) {
        assertThat(StreamToFunction.recordAgeHours(retentionHours)).isLessThan(retentionHours).isBetween(1, 168);
    }
}
