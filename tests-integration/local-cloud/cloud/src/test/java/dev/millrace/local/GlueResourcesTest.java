package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.glue.LocalGlue;
import dev.millrace.local.glue.NamedQuery;
import dev.millrace.local.template.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueResourcesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASE = """
            "Db":{"Type":"AWS::Glue::Database","Properties":{"CatalogId":{"Ref":"AWS::AccountId"},"DatabaseInput":{"Name":"Millrace_dev","Description":"%s"}}}""";
    private static final String TABLE = """
            "Landing":{"Type":"AWS::Glue::Table","Properties":{"CatalogId":{"Ref":"AWS::AccountId"},"DatabaseName":{"Ref":"Db"},"TableInput":{
              "Name":"truck_landing","TableType":"EXTERNAL_TABLE","PartitionKeys":[{"Name":"arrival_date","Type":"string"}],
              "Parameters":{"EXTERNAL":true,"classification":"%s"},
              "StorageDescriptor":{"Location":{"Fn::Join":["",["s3://","lake","/landing/"]]},"Columns":[{"Name":"thing","Type":"string"}],
                "SerdeInfo":{"SerializationLibrary":"p","Parameters":{"serialization.format":1}}}}}}""";

    @TempDir
    private Path directory;

    @Test
    void whatTheTemplateDefinesIsInTheCatalog() throws IOException {
        Deployment deployment = deploy(template("telemetry", "parquet"));

        assertThat(deployment.resources()).extracting(resource -> resource.provisioned().ref()).containsExactly("Millrace_dev", "truck_landing");
        assertThat(deployment.notSimulated()).isEmpty();
        JsonNode table = table("truck_landing");
        assertThat(table.at("/Parameters")).isEqualTo(JSON.readTree("{\"EXTERNAL\":\"true\",\"classification\":\"parquet\"}"));
        assertThat(table.at("/StorageDescriptor/SerdeInfo/Parameters/serialization.format").textValue()).isEqualTo("1");
        assertThat(table.at("/StorageDescriptor/Location").textValue()).isEqualTo("s3://lake/landing/");
        assertThat(table.at("/PartitionKeys/0/Name").textValue()).isEqualTo("arrival_date");
        assertThat(database().at("/database/Description").textValue()).isEqualTo("telemetry");
    }

    @Test
    void aSecondDeploymentUpdatesWhatTheTemplateDefinesAndLeavesTheRest() throws IOException {
        deploy(template("telemetry", "parquet"));
        glue().putTable("millrace_dev", JSON.createObjectNode().put("Name", "truck_readings").put("TableType", "EXTERNAL_TABLE"));
        JsonNode made = table("truck_readings");

        deploy(template("better words", "orc"));

        assertThat(table("truck_landing").at("/Parameters/classification").textValue()).isEqualTo("orc");
        assertThat(table("truck_landing").path("VersionId").textValue()).isEqualTo("1");
        assertThat(database().at("/database/Description").textValue()).isEqualTo("better words");
        assertThat(table("truck_readings")).isEqualTo(made);
    }

    @Test
    void theSameDeploymentAgainChangesNothing() throws IOException {
        deploy(template("telemetry", "parquet"));
        String before = Files.readString(directory.resolve("glue/catalog.json"));

        deploy(template("telemetry", "parquet"));

        assertThat(directory.resolve("glue/catalog.json")).hasContent(before);
    }

    @Test
    void aPropertyThatLeavesTheTemplateLeavesTheTable() throws IOException {
        deploy(template("telemetry", "parquet"));

        deploy(template("telemetry", "parquet").replace("\"TableType\":\"EXTERNAL_TABLE\",", ""));

        assertThat(table("truck_landing").has("TableType")).isFalse();
    }

    @Test
    void whatTheCatalogCannotDoIsRefused() {
        refused(template("d", "p").replace("\"TableInput\"", "\"OpenTableFormatInput\":{\"IcebergInput\":{}},\"TableInput\""),
                "resource Landing (AWS::Glue::Table): properties [OpenTableFormatInput] are not implemented");
        refused(template("d", "p").replace("\"TableType\":\"EXTERNAL_TABLE\"", "\"TargetTable\":{}"), "members [TableInput.TargetTable]");
        refused(template("d", "p").replace("\"Name\":\"thing\",", ""), "TableInput.StorageDescriptor.Columns[0].Name is missing");
        refused("{" + DATABASE.formatted("d").replace("{\"Ref\":\"AWS::AccountId\"}", "\"111111111111\"") + "}",
                "property CatalogId expected as the account, 000000000000, which has the only catalog here, came 111111111111");
        refused("{" + TABLE.formatted("p").replace("{\"Ref\":\"Db\"}", "\"gone\"") + "}", "Database gone not found.");
    }

    @Test
    void theQueriesOfTheTemplateAreKeptWithAllFunctionsResolved() throws IOException {
        var athena = new AthenaResources();
        OneStack.of(directory, """
                {"Group":{"Type":"AWS::Athena::WorkGroup","Properties":{"Name":"analysts","WorkGroupConfiguration":{"EnforceWorkGroupConfiguration":true}}},
                 "Gaps":{"Type":"AWS::Athena::NamedQuery","Properties":{"Name":"gaps","Description":"who was silent","Database":{"Fn::Join":["_",["millrace","dev"]]},
                   "QueryString":{"Fn::Sub":"SELECT 1 -- ${AWS::Region}"},"WorkGroup":{"Ref":"Group"}}},
                 "Plain":{"Type":"AWS::Athena::NamedQuery","Properties":{"Database":"d","QueryString":"SELECT 2"}}}""").deploy(athena.providers());
        Path glue = directory.resolve("glue");
        assertThat(NamedQuery.read(glue)).isEmpty();

        NamedQuery.write(glue, athena.queries());

        List<NamedQuery> read = NamedQuery.read(glue);
        assertThat(read).isEqualTo(athena.queries());
        assertThat(read.getFirst()).isEqualTo(new NamedQuery(read.getFirst().id(), "gaps", "who was silent", "millrace_dev", "SELECT 1 -- eu-west-1", "analysts"));
        assertThat(read.getLast()).isEqualTo(new NamedQuery(read.getLast().id(), "Plain", "", "d", "SELECT 2", "primary"));
        Files.writeString(glue.resolve("named-queries.json"), "[{\"id\":\"1\"}]");
        assertThatThrownBy(() -> NamedQuery.read(glue)).hasMessageContaining("named-queries.json cannot be read as a list of queries").hasMessageContaining("name");
    }

    private static String template(String description, String classification) {
        return "{" + DATABASE.formatted(description) + "," + TABLE.formatted(classification) + "}";
    }

    private Deployment deploy(String resources) throws IOException {
        return OneStack.of(directory, resources).deploy(new GlueResources(glue()).providers());
    }

    private void refused(String resources, String message) {
        assertThatThrownBy(() -> deploy(resources)).hasMessageContaining(message);
    }

    private LocalGlue glue() {
        return new LocalGlue(directory.resolve("glue"), "eu-west-1", "000000000000");
    }

    private JsonNode database() throws IOException {
        return JSON.readTree(directory.resolve("glue/catalog.json").toFile()).at("/databases/millrace_dev");
    }

    private JsonNode table(String name) throws IOException {
        return database().path("tables").path(name);
    }
}
