package dev.millrace.analysts;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.LakeLayout;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/// The Iceberg tables `<type>_readings` of the ground truth, by Iceberg's own library through the lake's Glue: a file a day,
/// each reading that arrived once.
final class ReadingsTables implements AutoCloseable {
    private static final Comparator<Taken> ORDER = Comparator.comparing(Taken::thing).thenComparing(Taken::at);

    private final Catalog catalog;
    private final String database;
    private final String bucket;

    ReadingsTables(URI endpoint, String region, String database, String bucket) {
        this.database = database;
        this.bucket = bucket;
        Map<String, String> properties = new TreeMap<>(Map.of(
                "warehouse", "s3://" + bucket + "/readings",
                "io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "glue.endpoint", endpoint.toString(),
                "s3.endpoint", endpoint.toString(),
                "s3.path-style-access", "true",
                "client.region", region,
                "client.credentials-provider", LocalCredentials.class.getName()));
        // by its name: its class would want Hadoop's on the class path of the compiler
        catalog = CatalogUtil.loadCatalog("org.apache.iceberg.aws.glue.GlueCatalog", "glue", properties, null);
    }

    void create() {
        for (DeviceType type : DeviceTypes.shipped().all()) {
            Schema schema = schema(type);
            catalog.buildTable(identifier(type.name()), schema)
                    .withLocation("s3://%s/readings/%s".formatted(bucket, type.name()))
                    .withPartitionSpec(PartitionSpec.builderFor(schema).day("taken_at").build())
                    .withSortOrder(SortOrder.builderFor(schema).asc("thing").asc("taken_at").build())
                    .withProperty("format-version", "2")
                    .create();
        }
    }

    void append(List<Taken> truth) throws IOException {
        Map<String, List<Taken>> byType = truth.stream().filter(Taken::hasArrived).collect(Collectors.groupingBy(Taken::type, TreeMap::new, Collectors.toList()));
        for (Map.Entry<String, List<Taken>> ofType : byType.entrySet()) {
            Table table = catalog.loadTable(identifier(ofType.getKey()));
            AppendFiles append = table.newAppend();
            Map<LocalDate, List<Taken>> byDay = ofType.getValue().stream().collect(Collectors.groupingBy(Taken::day, TreeMap::new, Collectors.toList()));
            for (Map.Entry<LocalDate, List<Taken>> ofDay : byDay.entrySet()) {
                append(append, table, DeviceTypes.shipped().require(ofType.getKey()), ofDay.getKey(), ofDay.getValue().stream().sorted(ORDER).toList());
            }
            append.commit();
        }
    }

    private static void append(AppendFiles append, Table table, DeviceType type, LocalDate day, List<Taken> readings) throws IOException {
        var partition = new PartitionKey(table.spec(), table.schema());
        partition.set(0, (int) day.toEpochDay());
        String location = table.locationProvider().newDataLocation(table.spec(), partition, UUID.nameUUIDFromBytes((type.name() + day).getBytes(StandardCharsets.UTF_8)) + ".parquet");
        OutputFile file = table.io().newOutputFile(location);
        ParquetMetadata footer = ReadingsParquet.write(file, table.schema(), readings.stream().map(taken -> row(type, taken)).toList());
        append.appendFile(DataFiles.builder(table.spec()).withPath(location).withFormat(FileFormat.PARQUET).withPartition(partition)
                .withFileSizeInBytes(file.toInputFile().getLength())
                .withMetrics(ParquetUtil.footerMetrics(footer, Stream.empty(), MetricsConfig.forTable(table))).build());
    }

    private static Object[] row(DeviceType type, Taken taken) {
        List<Object> row = new ArrayList<>(List.of(taken.thing(), taken.reading().id().epoch(), taken.reading().id().seq(), micros(taken.at()),
                micros(taken.arrivals().getFirst())));
        Map<String, Double> others = new TreeMap<>(taken.reading().measures());
        for (DeviceType.Measure measure : type.measures()) {
            row.add(others.remove(measure.name()));
        }
        row.add(others.isEmpty() ? null : others);
        return row.toArray();
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private TableIdentifier identifier(String type) {
        return TableIdentifier.of(database, type + "_readings");
    }

    private static Schema schema(DeviceType type) {
        List<Types.NestedField> fields = new ArrayList<>();
        int id = 1;
        for (LakeLayout.Column column : LakeLayout.landingColumns(type)) {
            fields.add(switch (column.kind()) {
                case TEXT -> required(id, column.name(), Types.StringType.get());
                case LONG -> required(id, column.name(), Types.LongType.get());
                case TIMESTAMP -> required(id, column.name(), Types.TimestampType.withZone());
                case DOUBLE -> optional(id, column.name(), Types.DoubleType.get());
                case MEASURES -> optional(id, column.name(), Types.MapType.ofOptional(id + 1, id + 2, Types.StringType.get(), Types.DoubleType.get()));
                case LONGS, RANGES -> throw new IllegalArgumentException("no column of readings: " + column);
            });
            id += 3;
        }
        return new Schema(fields);
    }

    @Override
    public void close() throws IOException {
        ((Closeable) catalog).close();
    }
}
