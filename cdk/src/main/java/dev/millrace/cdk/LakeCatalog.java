package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.glue.CfnDatabase;
import software.amazon.awscdk.services.glue.CfnTable;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// The Glue database by which Athena reads the lake: a Parquet table `<type>_landing` for each device type and a table
/// `quarantine` of JSON lines. Partitions are projected from the table's properties, so nobody has to register one.
///
/// A query must name `arrival_date` (and should name `arrival_hour`), else Athena lists every hour since 2026-01-01.
final class LakeCatalog extends Construct {
    /// The first day that can hold data; Athena computes the days until now (`NOW` is UTC).
    private static final String DATE_RANGE = "2026-01-01,NOW";

    private final CfnDatabase database;
    private final IBucket lake;

    record Props(String databaseName, IBucket lake, Collection<DeviceType> types) {
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
    }

    LakeCatalog(Construct scope, String id, Props props) {
        super(scope, id);
        lake = props.lake();
        database = CfnDatabase.Builder.create(this, "Database")
                .catalogId(Stack.of(this).getAccount())
                .databaseInput(CfnDatabase.DatabaseInputProperty.builder()
                        .name(props.databaseName())
                        .description("Telemetry as it arrived, and what was refused")
                        .build())
                .build();
        for (DeviceType type : props.types()) {
            table("Landing-" + type.name(), type.name() + "_landing", LakeLayout.LANDING_PREFIX + type.name() + "/", Format.PARQUET,
                    LakeLayout.landingColumns(type).stream().map(column -> column(column.name(), glueType(column.kind()))).toList());
        }
        table("Quarantine", "quarantine", LakeLayout.QUARANTINE_PREFIX, Format.JSON_LINES, quarantineColumns());
    }

    String databaseName() {
        return database.getRef();
    }

    private void table(String id, String name, String prefix, Format format, List<CfnTable.ColumnProperty> columns) {
        String location = "s3://" + lake.getBucketName() + "/" + prefix;
        CfnTable.Builder.create(this, id)
                .catalogId(Stack.of(this).getAccount())
                .databaseName(database.getRef())
                .tableInput(CfnTable.TableInputProperty.builder()
                        .name(name)
                        .tableType("EXTERNAL_TABLE")
                        .parameters(parameters(format, location))
                        .partitionKeys(List.of(column(LakeLayout.ARRIVAL_DATE, "string"), column(LakeLayout.ARRIVAL_HOUR, "string")))
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

    private static Map<String, Object> parameters(Format format, String location) {
        String date = LakeLayout.ARRIVAL_DATE;
        String hour = LakeLayout.ARRIVAL_HOUR;
        return Ordered.map(
                "EXTERNAL", "TRUE",
                "classification", format.classification(),
                "projection.enabled", "true",
                "projection." + date + ".type", "date",
                "projection." + date + ".format", "yyyy-MM-dd",
                "projection." + date + ".range", DATE_RANGE,
                "projection." + hour + ".type", "integer",
                "projection." + hour + ".range", "0,23",
                "projection." + hour + ".digits", "2",
                "storage.location.template", "%s%s=${%s}/%s=${%s}/".formatted(location, date, date, hour, hour));
    }

    private static List<CfnTable.ColumnProperty> quarantineColumns() {
        return List.of(
                column("thing", "string"),
                column("shard", "string"),
                column("sequence_number", "string"),
                column("arrived_at", "string"),
                column("reason", "string"),
                column("detail", "string"),
                column("readings", "array<bigint>"),
                column("payload_base64", "string"));
    }

    private static String glueType(LakeLayout.Kind kind) {
        return switch (kind) {
            case TEXT -> "string";
            case LONG -> "bigint";
            case TIMESTAMP -> "timestamp";
            case DOUBLE -> "double";
            case MEASURES -> "map<string,double>";
        };
    }

    private static CfnTable.ColumnProperty column(String name, String type) {
        return CfnTable.ColumnProperty.builder().name(name).type(type).build();
    }
}
