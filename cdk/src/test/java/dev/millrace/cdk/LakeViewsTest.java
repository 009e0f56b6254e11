package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LakeViewsTest {
    private final JsonNode template = Synth.templates().state();
    private final Map<String, JsonNode> views = views();

    private Map<String, JsonNode> views() {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (JsonNode table : Read.properties(template, "AWS::Glue::Table")) {
            if (table.get("TableInput").get("TableType").asText().equals("VIRTUAL_VIEW")) {
                assertThat(Read.text(table.get("DatabaseName"), template)).isEqualTo("<LakeCatalogDatabase>");
                byName.put(table.get("TableInput").get("Name").asText(), table.get("TableInput"));
            }
        }
        return byName;
    }

    private static JsonNode definition(JsonNode view) throws IOException {
        String text = view.get("ViewOriginalText").asText();
        assertThat(text).startsWith("/* Presto View: ").endsWith(" */");
        return new ObjectMapper().readTree(Base64.getDecoder().decode(text.substring("/* Presto View: ".length(), text.length() - " */".length())));
    }

    @Test
    void everyShippedTypeHasAViewOfItsName() {
        assertThat(views.keySet()).containsExactlyElementsOf(DeviceTypes.shipped().all().stream().map(DeviceType::name).toList());
    }

    @Test
    void aViewIsStoredAsAthenaStoresIt() {
        views.forEach((name, view) -> {
            assertThat(view.get("Parameters").toString()).as(name).isEqualTo("{\"presto_view\":\"true\",\"comment\":\"Presto View\"}");
            assertThat(view.get("ViewExpandedText").asText()).as(name).isEqualTo("/* Presto View */");
            assertThat(view.has("PartitionKeys")).as(name).isFalse();
            // it would take the place of the comment
            assertThat(view.has("Description")).as(name).isFalse();
        });
    }

    @Test
    void aViewShowsThingTimeAndMeasuresWithTheTypesOfTheIcebergTable() throws IOException {
        JsonNode definition = definition(views.get("environment"));

        assertThat(definition.get("originalSql").asText())
                .isEqualTo("SELECT thing, taken_at, temperature_c, humidity_pct, other_measures FROM millrace_dev.environment_readings");
        assertThat(definition.get("catalog").asText()).isEqualTo("awsdatacatalog");
        assertThat(definition.get("schema").asText()).isEqualTo("millrace_dev");
        assertThat(definition.get("runAsInvoker").asBoolean()).isTrue();
        assertThat(texts(definition.get("columns"), "name", "type")).containsExactly("thing varchar", "taken_at timestamp(6) with time zone",
                "temperature_c double", "humidity_pct double", "other_measures map(varchar, double)");
    }

    @Test
    void theColumnsInGlueAreThoseOfTheDefinition() throws IOException {
        for (JsonNode view : views.values()) {
            assertThat(texts(view.get("StorageDescriptor").get("Columns"), "Name")).isEqualTo(texts(definition(view).get("columns"), "name"));
        }
        assertThat(texts(views.get("environment").get("StorageDescriptor").get("Columns"), "Name", "Type")).containsExactly("thing string",
                "taken_at timestamp", "temperature_c double", "humidity_pct double", "other_measures map<string,double>");
    }

    @Test
    void theDefinitionFollowsTheEnvironment() throws IOException {
        JsonNode prod = Synth.synthesize(Map.of("environment", "prod")).state();
        for (JsonNode table : Read.properties(prod, "AWS::Glue::Table")) {
            if (table.get("TableInput").get("Name").asText().equals("truck")) {
                assertThat(definition(table.get("TableInput")).get("originalSql").asText()).endsWith("FROM millrace_prod.truck_readings");
                return;
            }
        }
        throw new AssertionError("no view truck");
    }

    private static List<String> texts(JsonNode columns, String... members) {
        List<String> texts = new ArrayList<>();
        for (JsonNode column : columns) {
            List<String> parts = new ArrayList<>();
            for (String member : members) {
                parts.add(column.get(member).asText());
            }
            texts.add(String.join(" ", parts));
        }
        return texts;
    }
}
