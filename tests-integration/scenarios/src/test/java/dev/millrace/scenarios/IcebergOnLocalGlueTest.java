package dev.millrace.scenarios;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Deployed;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import dev.millrace.local.frontdoor.CallCounter;
import dev.millrace.local.frontdoor.CallGate;
import dev.millrace.local.frontdoor.FrontDoor;
import dev.millrace.local.frontdoor.HttpProxy;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Iceberg's own catalog and file access, on the Glue and S3 of the local cloud.
@Timeout(180)
class IcebergOnLocalGlueTest {
    private static final String BUCKET = "iceberg-on-local-glue";
    private static final TableIdentifier READINGS = TableIdentifier.of("lake", "truck_readings");
    private static final Schema SCHEMA = new Schema(required(1, "thing", Types.StringType.get()), required(2, "taken_at", Types.TimestampType.withZone()),
            optional(3, "speed_kmh", Types.DoubleType.get()),
            optional(4, "other_measures", Types.MapType.ofOptional(5, 6, Types.StringType.get(), Types.DoubleType.get())));

    private Path directory;
    private LocalLake lake;
    private Catalog catalog;

    @BeforeEach
    void start() throws Exception {
        directory = Directories.fresh("iceberg");
        open();
        try (S3Client s3 = AwsClients.client(S3Client.builder(), deployed())) {
            s3.createBucket(create -> create.bucket(BUCKET));
        }
        ((SupportsNamespaces) catalog).createNamespace(Namespace.of("lake"));
    }

    private void open() throws Exception {
        lake = LocalLake.open(Directories.root(), directory, LocalCloud.Settings.DEFAULT_REGION, LocalCloud.Settings.DEFAULT_ACCOUNT);
        catalog = catalog(lake.awsEndpoint());
    }

    private Deployed deployed() {
        return new Deployed(lake.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, Map.of());
    }

    private Catalog catalog(URI glue) {
        Map<String, String> properties = properties();
        properties.put("glue.endpoint", glue.toString());
        // by its name: its class would want Hadoop's on the class path of the compiler
        return CatalogUtil.loadCatalog("org.apache.iceberg.aws.glue.GlueCatalog", "glue", properties, null);
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("warehouse", "s3://" + BUCKET + "/warehouse");
        properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
        properties.put("s3.endpoint", lake.awsEndpoint().toString());
        properties.put("s3.path-style-access", "true");
        properties.put("s3.access-key-id", "local");
        properties.put("s3.secret-access-key", "local");
        properties.put("client.region", LocalCloud.Settings.DEFAULT_REGION);
        properties.put("client.credentials-provider", LocalCredentials.class.getName());
        properties.put("http-client.type", "urlconnection");
        // the least that S3 takes
        properties.put("s3.multipart.part-size-bytes", Integer.toString(5 * 1_024 * 1_024));
        return properties;
    }

    @AfterEach
    void stop() throws IOException {
        ((Closeable) catalog).close();
        lake.close();
    }

    @Test
    void appendsOfTwoWritersAreAllThere() throws Exception {
        create("10");
        int each = 6;
        List<Callable<Void>> writers = IntStream.range(0, 2).<Callable<Void>>mapToObj(writer -> () -> {
            for (int i = 0; i < each; i++) {
                Table table = catalog.loadTable(READINGS);
                table.newAppend().appendFile(file(table, "%d-%d.parquet".formatted(writer, i))).commit();
            }
            return null;
        }).toList();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(writers).forEach(Future::resultNow);
        }

        Table table = catalog.loadTable(READINGS);
        assertThat(files(table)).hasSize(2 * each).doesNotHaveDuplicates();
        assertThat(table.currentSnapshot().summary()).containsEntry("total-records", Integer.toString(2 * each * 10));
        assertThat(table.snapshots()).hasSize(2 * each);
        // what was refused was repeated: each commit that counts is one version
        assertThat(glueTable().versionId()).isEqualTo(Integer.toString(2 * each));
    }

    @Test
    void ofTwoCommitsOfOneVersionTheOneThatComesLaterIsRefusedAndRepeated() throws Exception {
        create("4");
        var both = new CountDownLatch(2);
        CallGate untilBothAreThere = call -> {
            if (call.operation().equals("UpdateTable")) {
                both.countDown();
                assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
            }
        };
        try (FrontDoor gated = FrontDoor.open(0, Map.of("glue", HttpProxy.to("glue", lake.awsEndpoint())), List.of(untilBothAreThere), List.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Catalog slow = catalog(gated.endpoint());
            List<Callable<Void>> writers = List.of("a.parquet", "b.parquet").stream().<Callable<Void>>map(name -> () -> {
                Table table = slow.loadTable(READINGS);
                table.newAppend().appendFile(file(table, name)).commit();
                return null;
            }).toList();
            threads.invokeAll(writers).forEach(Future::resultNow);
            ((Closeable) slow).close();
        }

        Table table = catalog.loadTable(READINGS);
        assertThat(files(table)).containsExactlyInAnyOrder(table.location() + "/data/a.parquet", table.location() + "/data/b.parquet");
        assertThat(lake.calls()).containsEntry(new CallCounter.Operation("glue", "UpdateTable"), new CallCounter.Count(3, 1));
    }

    @Test
    void aCommitOnAStaleTableIsRefusedAndTheOtherStays() throws IOException {
        create("4");
        Table winner = catalog.loadTable(READINGS);
        Table stale = catalog.loadTable(READINGS);
        TableOperations operations = ((HasTableOperations) stale).operations();
        TableMetadata base = operations.current();
        winner.newAppend().appendFile(file(winner, "winner.parquet")).commit();

        assertThatThrownBy(() -> operations.commit(base, TableMetadata.buildFrom(base).setProperties(Map.of("by", "loser")).build()))
                .isInstanceOf(CommitFailedException.class);

        Table table = catalog.loadTable(READINGS);
        assertThat(files(table)).containsExactly(table.location() + "/data/winner.parquet");
        assertThat(table.properties()).doesNotContainKey("by");
    }

    @Test
    void aTableIsTheSameAfterARestart() throws Exception {
        Table made = create("4");
        made.newAppend().appendFile(file(made, "a.parquet")).set("millrace.batch", "one").commit();
        stop();

        open();

        Table table = catalog.loadTable(READINGS);
        assertThat(table.schema().sameSchema(made.schema())).isTrue();
        assertThat(table.spec()).isEqualTo(made.spec());
        assertThat(table.sortOrder()).isEqualTo(made.sortOrder());
        assertThat(files(table)).containsExactly(table.location() + "/data/a.parquet");
        assertThat(table.currentSnapshot().summary()).containsEntry("millrace.batch", "one");
        assertThat(catalog.listTables(Namespace.of("lake"))).containsExactly(READINGS);
    }

    @Test
    void aNewColumnIsSeenInTheCatalog() {
        Table table = create("4");

        table.updateSchema().addColumn("fuel_pct", Types.DoubleType.get()).commit();

        assertThat(glueTable().storageDescriptor().columns()).extracting(column -> column.name() + " " + column.type()).containsExactly(
                "thing string", "taken_at timestamp", "speed_kmh double", "other_measures map<string,double>", "fuel_pct double");
        assertThat(glueTable().parameters()).containsEntry("table_type", "ICEBERG").containsKeys("metadata_location", "previous_metadata_location");
    }

    @Test
    void aDroppedTableIsGoneFromTheCatalog() {
        create("4");

        assertThat(catalog.dropTable(READINGS, true)).isTrue();

        assertThat(catalog.tableExists(READINGS)).isFalse();
        assertThat(catalog.listTables(Namespace.of("lake"))).isEmpty();
    }

    @Test
    void aLargeFileIsWrittenInPartsAndReadFromTheMiddle() throws IOException {
        Table table = create("4");
        byte[] content = new byte[13 * 1_024 * 1_024];
        new Random(7).nextBytes(content);
        String location = table.locationProvider().newDataLocation("large.parquet");

        try (PositionOutputStream out = table.io().newOutputFile(location).create()) {
            out.write(content);
        }

        assertThat(lake.calls()).containsKeys(new CallCounter.Operation("s3", "CreateMultipartUpload"), new CallCounter.Operation("s3", "CompleteMultipartUpload"));
        assertThat(table.io().newInputFile(location).getLength()).isEqualTo(content.length);
        try (SeekableInputStream in = table.io().newInputFile(location).newStream()) {
            in.seek(12_000_000);
            assertThat(in.readNBytes(1_000)).isEqualTo(Arrays.copyOfRange(content, 12_000_000, 12_001_000));
        }
    }

    private Table create(String retries) {
        return catalog.buildTable(READINGS, SCHEMA).withPartitionSpec(PartitionSpec.builderFor(SCHEMA).day("taken_at").build())
                .withSortOrder(SortOrder.builderFor(SCHEMA).asc("thing").asc("taken_at").build())
                .withProperty("format-version", "2").withProperty("commit.retry.num-retries", retries).withProperty("commit.retry.min-wait-ms", "20").create();
    }

    private static DataFile file(Table table, String name) {
        return DataFiles.builder(table.spec()).withPath(table.location() + "/data/" + name).withFormat(FileFormat.PARQUET)
                .withPartitionPath("taken_at_day=2026-11-23").withFileSizeInBytes(1_000).withRecordCount(10).build();
    }

    private static List<String> files(Table table) throws IOException {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            return new ArrayList<>(StreamSupport.stream(tasks.spliterator(), false).map(task -> task.file().location()).toList());
        }
    }

    private software.amazon.awssdk.services.glue.model.Table glueTable() {
        try (GlueClient glue = AwsClients.client(GlueClient.builder(), deployed())) {
            return glue.getTable(get -> get.databaseName("lake").name("truck_readings")).table();
        }
    }
}
