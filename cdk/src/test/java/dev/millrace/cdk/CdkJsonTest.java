package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.pipeline.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CdkJsonTest {
    private final JsonNode file;

    CdkJsonTest() throws IOException {
        file = new ObjectMapper().readTree(Path.of("cdk.json").toFile());
    }

    @Test
    void theDefaultsAreCompleteAndValid() {
        Map<String, Object> context = new ObjectMapper().convertValue(file.get("context"), new TypeReference<>() {
        });

        assertThat(Config.from(context)).isEqualTo(new Config("dev", 2, 168, 1000, 1, 10_000, 60, 128, 4, 15, 24, 365, 60, 7, 60, 1_000_000, 100_000, 2, "",
                true, false, false, true, true, 30, List.of("environment", "machine", "truck"), "false", Path.of("target/lambda"),
                Path.of("../functions/stream-worker/target/container")));
    }

    @Test
    void theBoundsOfAStateAreThoseThatAllElseAssumes() {
        JsonNode context = file.get("context");

        assertThat(new Limits(context.get("ledgerIntervalsMax").asInt(), context.get("ledgerEpochsMax").asInt())).isEqualTo(Limits.DEFAULT);
    }

    @Test
    void theFlowHoldsOnToWhatItUsesOfTheState() {
        assertThat(file.get("context").get("@aws-cdk/core:defaultCrossStackReferences").asText()).isEqualTo("strong");
    }

    @Test
    void nothingCallsHome() {
        for (String key : new String[] {"versionReporting", "notices", "cliTelemetry"}) {
            assertThat(file.get(key).asBoolean(true)).as(key).isFalse();
        }
    }

    @Test
    void theCommandLineWritesTheSameBytesAsPlainJava() {
        // these two are what it would add
        for (String key : new String[] {"pathMetadata", "assetMetadata"}) {
            assertThat(file.get(key).asBoolean(true)).as(key).isFalse();
        }
    }
}
