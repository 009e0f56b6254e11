package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.glue.CfnDatabase;
import software.amazon.awscdk.services.glue.CfnTable;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The Glue database by which Athena reads the lake: a Parquet table `<type>_landing` for each device type, and the tables
/// `quarantine` and `lost_readings` of JSON lines. Beside them what lies in the failures bucket in JSON of AWS's own making:
/// `rule_errors` and `failed_batches`. Partitions are projected from the table's properties, so nobody has to register one;
/// notices and failures are few, lie in folders that no date names, and have none.
///
/// `completeness` has an object of JSON lines a day, and its days are projected.
///
/// A query of a table with partitions must name `arrival_date` (and should name `arrival_hour`), else Athena lists every
/// hour since 2026-01-01.
final class LakeCatalog extends Construct {
    /// The first day that can hold data; Athena computes the days until now (`NOW` is UTC).
    private static final String DATE_RANGE = "2026-01-01,NOW";
    /// What an IoT rule hands to its error action, one object a message (AWS IoT developer guide, "Error handling (error
    /// action)", message format). The SerDe finds `ruleName` as `rulename`: it compares without case, and Glue has lower
    /// case only.
    private static final List<CfnTable.ColumnProperty> RULE_ERROR_COLUMNS = List.of(
            column("rulename", "string"),
            column("topic", "string"),
            column("cloudwatchtraceid", "string"),
            column("clientid", "string"),
            column("base64originalpayload", "string"),
            column("failures", "array<struct<failedaction:string,failedresource:string,errormessage:string>>"));
    /// What Lambda keeps of a batch that it gave up, one object a batch (AWS Lambda developer guide, "Retaining discarded
    /// batch records for a Kinesis data source in Lambda"). `payload` is the event as the function would have got it, as text.
    private static final List<CfnTable.ColumnProperty> FAILED_BATCH_COLUMNS = List.of(
            column("requestcontext", "struct<requestid:string,functionarn:string,condition:string,approximateinvokecount:bigint>"),
            column("responsecontext", "struct<statuscode:bigint,executedversion:string,functionerror:string>"),
            column("version", "string"),
            column("timestamp", "string"),
            column("kinesisbatchinfo", "struct<shardid:string,startsequencenumber:string,endsequencenumber:string,"
                    + "approximatearrivaloffirstrecord:string,approximatearrivaloflastrecord:string,batchsize:bigint,streamarn:string>"),
            column("payload", "string"));

    private final CfnDatabase database;
    private final Set<String> tables = new LinkedHashSet<>();

    /// @param failures holds what rules and mappings could not hand on
    record Props(Config config, IBucket lake, IBucket failures, Collection<DeviceType> types) {
    }

    /// How the files of a table are read.
    private record Format(String classification, String input, String output, String serde, Map<String, String> serdeParameters) {
        static final Format PARQUET = new Format("parquet",
                "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                Ordered.strings("serialization.format", "1"));
        static final Format JSON_LINES = new Format("json",
                "org.apache.hadoop.mapred.TextInputFormat",
                "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "org.openx.data.jsonserde.JsonSerDe",
                Ordered.strings("serialization.format", "1"));
        /// Written by others: what is no JSON must not fail the queries of everybody ("OpenX JSON SerDe").
        static final Format JSON_LINES_OF_OTHERS = new Format(JSON_LINES.classification, JSON_LINES.input, JSON_LINES.output, JSON_LINES.serde,
                Ordered.strings("serialization.format", "1", "ignore.malformed.json", "true"));
    }

    LakeCatalog(Construct scope, String id, Props props) {
        super(scope, id);
        database = CfnDatabase.Builder.create(this, "Database")
                .catalogId(Stack.of(this).getAccount())
                .databaseInput(CfnDatabase.DatabaseInputProperty.builder()
                        .name(props.config().glueDatabase())
                        .description("Telemetry as it arrived, what was refused, and what could not be handed on")
                        .build())
                .build();
        // the tables of readings are in it, and know where their files are: see LandingToReadings
        database.applyRemovalPolicy(props.config().removalPolicy());
        for (DeviceType type : props.types()) {
            tableByArrival("Landing-" + type.name(), landingTable(type), location(props.lake(), LakeLayout.LANDING_PREFIX + type.name() + "/"),
                    Format.PARQUET, LakeLayout.landingColumns(type));
        }
        tableByArrival("Quarantine", "quarantine", location(props.lake(), LakeLayout.QUARANTINE_PREFIX), Format.JSON_LINES, LakeLayout.QUARANTINE_COLUMNS);
        String completeness = location(props.lake(), LakeLayout.COMPLETENESS_PREFIX);
        table("Completeness", "completeness", completeness, Format.JSON_LINES, LakeLayout.COMPLETENESS_COLUMNS.stream().map(LakeCatalog::column).toList(),
                List.of(column(LakeLayout.COMPLETENESS_DAY, "string")), projectionByDay(completeness));
        tableOfOthers("LostReadings", "lost_readings", location(props.lake(), LakeLayout.LOST_PREFIX),
                LakeLayout.LOST_COLUMNS.stream().map(LakeCatalog::column).toList());
        tableOfOthers("RuleErrors", "rule_errors", location(props.failures(), LakeLayout.RULE_ERRORS_PREFIX), RULE_ERROR_COLUMNS);
        tableOfOthers("FailedBatches", "failed_batches", location(props.failures(), LakeLayout.FAILED_BATCHES_PREFIX), FAILED_BATCH_COLUMNS);
    }

    /// Of what has landed of a type.
    static String landingTable(DeviceType type) {
        return type.name() + "_landing";
    }

    String databaseName() {
        return database.getRef();
    }

    /// The names of the tables, in the order in which they are made.
    Set<String> tables() {
        return Collections.unmodifiableSet(tables);
    }

    private static String location(IBucket bucket, String prefix) {
        return "s3://" + bucket.getBucketName() + "/" + prefix;
    }

    private void tableByArrival(String id, String name, String location, Format format, List<LakeLayout.Column> columns) {
        table(id, name, location, format, columns.stream().map(LakeCatalog::column).toList(),
                List.of(column(LakeLayout.ARRIVAL_DATE, "string"), column(LakeLayout.ARRIVAL_HOUR, "string")), projection(location));
    }

    private void tableOfOthers(String id, String name, String location, List<CfnTable.ColumnProperty> columns) {
        table(id, name, location, Format.JSON_LINES_OF_OTHERS, columns, List.of(), Map.of());
    }

    private void table(String id, String name, String location, Format format, List<CfnTable.ColumnProperty> columns,
            List<CfnTable.ColumnProperty> partitionKeys, Map<String, Object> projection) {
        tables.add(name);
        Map<String, Object> parameters = new LinkedHashMap<>(Ordered.map("EXTERNAL", "TRUE", "classification", format.classification()));
        parameters.putAll(projection);
        CfnTable.Builder.create(this, id)
                .catalogId(Stack.of(this).getAccount())
                .databaseName(database.getRef())
                .tableInput(CfnTable.TableInputProperty.builder()
                        .name(name)
                        .tableType("EXTERNAL_TABLE")
                        .parameters(parameters)
                        .partitionKeys(partitionKeys)
                        .storageDescriptor(CfnTable.StorageDescriptorProperty.builder()
                                .columns(columns)
                                .location(location)
                                .inputFormat(format.input())
                                .outputFormat(format.output())
                                .serdeInfo(CfnTable.SerdeInfoProperty.builder()
                                        .serializationLibrary(format.serde())
                                        .parameters(format.serdeParameters())
                                        .build())
                                .build())
                        .build())
                .build();
    }

    private static Map<String, Object> projection(String location) {
        String date = LakeLayout.ARRIVAL_DATE;
        String hour = LakeLayout.ARRIVAL_HOUR;
        return Ordered.map(
                "projection.enabled", "true",
                "projection." + date + ".type", "date",
                "projection." + date + ".format", "yyyy-MM-dd",
                "projection." + date + ".range", DATE_RANGE,
                "projection." + hour + ".type", "integer",
                "projection." + hour + ".range", "0,23",
                "projection." + hour + ".digits", "2",
                "storage.location.template", "%s%s=${%s}/%s=${%s}/".formatted(location, date, date, hour, hour));
    }

    private static Map<String, Object> projectionByDay(String location) {
        String day = LakeLayout.COMPLETENESS_DAY;
        return Ordered.map(
                "projection.enabled", "true",
                "projection." + day + ".type", "date",
                "projection." + day + ".format", "yyyy-MM-dd",
                "projection." + day + ".range", DATE_RANGE,
                "storage.location.template", "%s%s=${%s}/".formatted(location, day, day));
    }

    static String glueType(LakeLayout.Kind kind) {
        return switch (kind) {
            case TEXT -> "string";
            case LONG -> "bigint";
            case TIMESTAMP -> "timestamp";
            case DOUBLE -> "double";
            case LONGS -> "array<bigint>";
            case RANGES -> "array<array<bigint>>";
            case MEASURES -> "map<string,double>";
        };
    }

    private static CfnTable.ColumnProperty column(LakeLayout.Column column) {
        return column(column.name(), glueType(column.kind()));
    }

    private static CfnTable.ColumnProperty column(String name, String type) {
        return CfnTable.ColumnProperty.builder().name(name).type(type).build();
    }
}
