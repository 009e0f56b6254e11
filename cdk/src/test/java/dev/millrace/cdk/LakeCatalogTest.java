package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LakeCatalogTest {
    /// Written out once more, so that a change of a column's kind is noticed on the side that reads.
    private static final Map<LakeLayout.Kind, String> GLUE_TYPES = Map.of(
            LakeLayout.Kind.TEXT, "string",
            LakeLayout.Kind.LONG, "bigint",
            LakeLayout.Kind.TIMESTAMP, "timestamp",
            LakeLayout.Kind.DOUBLE, "double",
            LakeLayout.Kind.MEASURES, "map<string,double>");

    private final JsonNode template = Synth.templates().state();
    private final Map<String, JsonNode> tables = tables();
    private final Map<String, JsonNode> tablesByArrival = tablesByArrival();

    private Map<String, JsonNode> tables() {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (JsonNode table : Read.properties(template, "AWS::Glue::Table")) {
            assertThat(Read.text(table.get("DatabaseName"), template)).isEqualTo("<LakeCatalogDatabase>");
            if (table.get("TableInput").get("TableType").asText().equals("VIRTUAL_VIEW")) {
                continue;
            }
            byName.put(table.get("TableInput").get("Name").asText(), table.get("TableInput"));
        }
        return byName;
    }

    private Map<String, JsonNode> tablesByArrival() {
        Map<String, JsonNode> byName = new LinkedHashMap<>(tables);
        byName.keySet().removeAll(List.of("completeness", "lost_readings", "rule_errors", "failed_batches"));
        return byName;
    }

    @Test
    void everyShippedTypeHasALandingTableAndWhatWasRefusedLostOrGivenUpHasOneEach() {
        List<String> expected = new ArrayList<>();
        DeviceTypes.shipped().all().forEach(type -> expected.add(type.name() + "_landing"));
        expected.addAll(List.of("quarantine", "completeness"));
        expected.addAll(List.of("lost_readings", "rule_errors", "failed_batches"));

        assertThat(tables.keySet()).containsExactlyElementsOf(expected);
    }

    @Test
    void aLandingTableHasTheColumnsThatTheArchiveWrites() {
        for (DeviceType type : DeviceTypes.shipped().all()) {
            List<String> expected = LakeLayout.landingColumns(type).stream().map(column -> column.name() + " " + GLUE_TYPES.get(column.kind())).toList();

            assertThat(columns(tables.get(type.name() + "_landing"))).isEqualTo(expected);
        }
    }

    @Test
    void aLandingTableReadsParquetWhereTheArchiveWrites() {
        for (DeviceType type : DeviceTypes.shipped().all()) {
            JsonNode table = tables.get(type.name() + "_landing");

            assertThat(location(table)).isEqualTo("s3://<LakeBucket>/landing/" + type.name() + "/");
            assertThat(table.get("TableType").asText()).isEqualTo("EXTERNAL_TABLE");
            assertThat(table.get("StorageDescriptor").get("InputFormat").asText()).endsWith("MapredParquetInputFormat");
            assertThat(table.get("StorageDescriptor").get("SerdeInfo").get("SerializationLibrary").asText()).endsWith("ParquetHiveSerDe");
        }
    }

    @Test
    void theQuarantineReadsJsonLines() {
        JsonNode table = tables.get("quarantine");

        assertThat(columns(table)).containsExactly("thing string", "shard string", "sequence_number string", "arrived_at string", "reason string",
                "detail string", "epoch bigint", "readings array<bigint>", "payload_base64 string");
        assertThat(location(table)).isEqualTo("s3://<LakeBucket>/quarantine/");
        assertThat(table.get("StorageDescriptor").get("InputFormat").asText()).isEqualTo("org.apache.hadoop.mapred.TextInputFormat");
        assertThat(table.get("StorageDescriptor").get("SerdeInfo").get("SerializationLibrary").asText()).isEqualTo("org.openx.data.jsonserde.JsonSerDe");
    }

    @Test
    void completenessIsReadByDayWhereItsFunctionWrites() {
        JsonNode table = tables.get("completeness");

        assertThat(columns(table)).containsExactly("thing string", "as_of string", "expected bigint", "taken bigint", "missing bigint", "lost bigint", "given_up bigint",
                "accepted bigint", "duplicates bigint", "late bigint", "rejected bigint", "missing_ranges array<array<bigint>>");
        assertThat(location(table)).isEqualTo("s3://<LakeBucket>/completeness/");
        assertThat(table.get("PartitionKeys").toString()).isEqualTo("[{\"Name\":\"day\",\"Type\":\"string\"}]");
        assertThat(table.get("StorageDescriptor").get("SerdeInfo").get("SerializationLibrary").asText()).isEqualTo("org.openx.data.jsonserde.JsonSerDe");
        JsonNode parameters = table.get("Parameters");
        assertThat(parameters.get("projection.day.type").asText()).isEqualTo("date");
        assertThat(parameters.get("projection.day.format").asText()).isEqualTo("yyyy-MM-dd");
        assertThat(Read.text(parameters.get("storage.location.template"), template)).isEqualTo("s3://<LakeBucket>/completeness/day=${day}/");
    }

    @Test
    void lostReadingsAreReadAsDevicesTellThem() {
        JsonNode table = tables.get("lost_readings");

        assertThat(columns(table)).containsExactly("v bigint", "thing string", "epoch bigint", "lost array<array<bigint>>");
        assertThat(location(table)).isEqualTo("s3://<LakeBucket>/notices/lost/");
        assertReadsJsonOfOthers(table);
    }

    /// The document is the example of the AWS IoT developer guide, "Error handling (error action)".
    @Test
    void ruleErrorsAreReadByTheMembersOfTheDocumentThatAnErrorActionGets() throws JsonProcessingException {
        JsonNode table = tables.get("rule_errors");

        assertThat(columns(table)).isEqualTo(glueColumns("""
                {"ruleName":"TestAction","topic":"testme/action","cloudwatchTraceId":"7e146a2c-95b5-6caf-98b9-50e3969734c7",
                 "clientId":"iotconsole-1511213971966-0","base64OriginalPayload":"ewogICJtZXNzYWdlIjogIkhlbGxvIHZyb20gQVdTIElvVCBjb25zb2xlIgp9",
                 "failures":[{"failedAction":"S3Action","failedResource":"us-east-1-s3-verify-user",
                              "errorMessage":"Failed to put S3 object."}]}"""));
        assertThat(location(table)).isEqualTo("s3://<FailuresBucket>/rule-errors/");
        assertReadsJsonOfOthers(table);
    }

    /// The document is the example of the AWS Lambda developer guide, "Retaining discarded batch records for a Kinesis data
    /// source", with the member that a bucket gets besides.
    @Test
    void batchesThatWereGivenUpAreReadByTheMembersOfTheDocumentThatABucketGets() throws JsonProcessingException {
        JsonNode table = tables.get("failed_batches");

        assertThat(columns(table)).isEqualTo(glueColumns("""
                {"requestContext":{"requestId":"c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5","functionArn":"arn:aws:lambda:us-east-2:123456789012:function:myfunction",
                                   "condition":"RetryAttemptsExhausted","approximateInvokeCount":1},
                 "responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},
                 "version":"1.0","timestamp":"2019-11-14T00:38:06.021Z",
                 "KinesisBatchInfo":{"shardId":"shardId-000000000001","startSequenceNumber":"49601189658422359378836298521827638475320189012309704722",
                                     "endSequenceNumber":"49601189658422359378836298522902373528957594348623495186","approximateArrivalOfFirstRecord":"2019-11-14T00:38:04.835Z",
                                     "approximateArrivalOfLastRecord":"2019-11-14T00:38:05.580Z","batchSize":500,
                                     "streamArn":"arn:aws:kinesis:us-east-2:123456789012:stream/mystream"},
                 "payload":"<Whole Event>"}"""));
        assertThat(location(table)).isEqualTo("s3://<FailuresBucket>/aws/lambda/");
        assertReadsJsonOfOthers(table);
    }

    /// What somebody else writes may be no JSON, which must not spoil every query.
    private static void assertReadsJsonOfOthers(JsonNode table) {
        assertThat(table.path("PartitionKeys")).isEmpty();
        assertThat(table.get("Parameters").toString()).isEqualTo("{\"EXTERNAL\":\"TRUE\",\"classification\":\"json\"}");
        JsonNode serde = table.get("StorageDescriptor").get("SerdeInfo");
        assertThat(serde.get("SerializationLibrary").asText()).isEqualTo("org.openx.data.jsonserde.JsonSerDe");
        assertThat(serde.get("Parameters").get("ignore.malformed.json").asText()).isEqualTo("true");
    }

    private static List<String> glueColumns(String document) throws JsonProcessingException {
        List<String> columns = new ArrayList<>();
        new ObjectMapper().readTree(document).properties().forEach(member ->
                columns.add(member.getKey().toLowerCase(Locale.ROOT) + " " + glueType(member.getValue())));
        return columns;
    }

    private static String glueType(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "bigint";
            case ARRAY -> "array<" + glueType(value.get(0)) + ">";
            case OBJECT -> value.properties().stream().map(member -> member.getKey().toLowerCase(Locale.ROOT) + ":" + glueType(member.getValue()))
                    .collect(Collectors.joining(",", "struct<", ">"));
            case BINARY, BOOLEAN, MISSING, NULL, POJO -> throw new IllegalArgumentException("no such value in the document: " + value);
        };
    }

    @Test
    void partitionsAreProjectedToTheFoldersThatTheArchiveWrites() {
        tablesByArrival.forEach((name, table) -> {
            Map<String, String> parameters = new LinkedHashMap<>();
            table.get("Parameters").properties().forEach(parameter -> parameters.put(parameter.getKey(), Read.text(parameter.getValue(), template)));

            assertThat(parameters).as(name)
                    .containsEntry("projection.enabled", "true")
                    .containsEntry("projection.arrival_date.type", "date")
                    .containsEntry("projection.arrival_hour.type", "integer")
                    .containsEntry("projection.arrival_hour.range", "0,23")
                    .containsEntry("projection.arrival_hour.digits", "2")
                    .containsEntry("storage.location.template", location(table) + "arrival_date=${arrival_date}/arrival_hour=${arrival_hour}/");
            DateTimeFormatter format = DateTimeFormatter.ofPattern(parameters.get("projection.arrival_date.format"));
            String[] range = parameters.get("projection.arrival_date.range").split(",", -1);
            assertThat(LocalDate.parse(range[0], format)).as(name).isEqualTo(LocalDate.of(2026, 1, 1));
            assertThat(range[1]).as(name).isEqualTo("NOW");
        });
    }

    @Test
    void everyPartitionKeyIsProjectedAndNoneIsAColumn() {
        tablesByArrival.forEach((name, table) -> {
            List<String> keys = new ArrayList<>();
            table.get("PartitionKeys").forEach(key -> keys.add(key.get("Name").asText() + " " + key.get("Type").asText()));

            assertThat(keys).as(name).containsExactly("arrival_date string", "arrival_hour string");
            assertThat(columns(table)).as(name).noneMatch(column -> column.startsWith("arrival_date ") || column.startsWith("arrival_hour "));
        });
    }

    private String location(JsonNode table) {
        return Read.text(table.get("StorageDescriptor").get("Location"), template);
    }

    private static List<String> columns(JsonNode table) {
        List<String> columns = new ArrayList<>();
        table.get("StorageDescriptor").get("Columns").forEach(column -> columns.add(column.get("Name").asText() + " " + column.get("Type").asText()));
        return columns;
    }
}
