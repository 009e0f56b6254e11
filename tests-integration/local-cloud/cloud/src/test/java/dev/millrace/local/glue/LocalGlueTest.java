package dev.millrace.local.glue;

import static dev.millrace.local.glue.GlueServer.DATABASE;
import static dev.millrace.local.glue.GlueServer.NOW;
import static dev.millrace.local.glue.GlueServer.column;
import static dev.millrace.local.glue.GlueServer.input;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.Order;
import software.amazon.awssdk.services.glue.model.PartitionValueList;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableAttributes;
import software.amazon.awssdk.services.glue.model.TableInput;

/// The real client through the front door.
class LocalGlueTest {
    @TempDir
    private Path directory;
    private GlueServer glue;

    @BeforeEach
    void start() {
        glue = GlueServer.withDatabase(directory.resolve("glue"));
    }

    @AfterEach
    void stop() {
        glue.close();
    }

    @Test
    void whatATableWasGivenComesBackUnchanged() {
        var storage = StorageDescriptor.builder().location("s3://lake/landing/truck/").inputFormat("in").outputFormat("out").compressed(true).numberOfBuckets(-1)
                .columns(column("thing", "string").toBuilder().comment("who").parameters(Map.of("iceberg.field.id", "1")).build(),
                        column("other_measures", "map<string,double>"))
                .serdeInfo(serde -> serde.name("parquet").serializationLibrary("ParquetHiveSerDe").parameters(Map.of("serialization.format", "1")))
                .sortColumns(Order.builder().column("thing").sortOrder(1).build()).bucketColumns("thing").parameters(Map.of("a", "b"))
                .additionalLocations("s3://lake/elsewhere").storedAsSubDirectories(false).build();
        glue.create(TableInput.builder().name("truck_landing").description("as it arrived").owner("hadoop").retention(7).tableType("EXTERNAL_TABLE")
                .lastAccessTime(NOW.minusSeconds(5)).partitionKeys(column("arrival_date", "string"), column("arrival_hour", "string"))
                .parameters(Map.of("projection.enabled", "true", "storage.location.template", "s3://lake/${arrival_date}/")).storageDescriptor(storage).build());

        assertThat(glue.table("truck_landing")).isEqualTo(Table.builder().name("truck_landing").databaseName(DATABASE).catalogId("123456789012").versionId("0")
                .createTime(NOW).updateTime(NOW).lastAccessTime(NOW.minusSeconds(5)).description("as it arrived").owner("hadoop").retention(7)
                .tableType("EXTERNAL_TABLE").partitionKeys(column("arrival_date", "string"), column("arrival_hour", "string"))
                .parameters(Map.of("projection.enabled", "true", "storage.location.template", "s3://lake/${arrival_date}/")).storageDescriptor(storage).build());
    }

    @Test
    void aViewKeepsItsText() {
        glue.create(TableInput.builder().name("truck").tableType("VIRTUAL_VIEW").viewOriginalText("/* Presto View: eyJ9 */").viewExpandedText("/* Presto View */")
                .parameters(Map.of("presto_view", "true")).build());

        Table view = glue.table("truck");
        assertThat(view.viewOriginalText()).isEqualTo("/* Presto View: eyJ9 */");
        assertThat(view.viewExpandedText()).isEqualTo("/* Presto View */");
        assertThat(view.storageDescriptor()).isNull();
    }

    @Test
    void anUpdateReplacesTheTableAndCountsItsVersion() {
        glue.create(input("readings").description("first").build());
        glue.clock.set(NOW.plusSeconds(60));

        update(input("readings").parameters(Map.of("metadata_location", "s3://lake/1.json")).build(), "0");

        Table table = glue.table("readings");
        assertThat(table.versionId()).isEqualTo("1");
        assertThat(table.parameters()).isEqualTo(Map.of("metadata_location", "s3://lake/1.json"));
        assertThat(table.description()).isNull();
        assertThat(table.createTime()).isEqualTo(NOW);
        assertThat(table.updateTime()).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void anUpdateOfAnOlderVersionIsRefusedAndChangesNothing() {
        glue.create(input("readings").build());
        update(input("readings").owner("winner").build(), "0");

        assertThatThrownBy(() -> update(input("readings").owner("loser").build(), "0")).isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining("Update table failed due to concurrent modifications.");
        assertThat(glue.table("readings").owner()).isEqualTo("winner");
        assertThat(glue.table("readings").versionId()).isEqualTo("1");
    }

    @Test
    void anUpdateThatNamesNoVersionAlwaysWins() {
        glue.create(input("readings").build());
        update(input("readings").owner("one").build(), "0");

        glue.client.updateTable(request -> request.databaseName(DATABASE).skipArchive(true).tableInput(input("readings").owner("two").build()));

        assertThat(glue.table("readings").owner()).isEqualTo("two");
        assertThat(glue.table("readings").versionId()).isEqualTo("2");
    }

    @Test
    void ofManyUpdatesOfOneVersionOneWins() throws Exception {
        glue.create(input("readings").build());
        int writers = 8;
        List<Callable<Boolean>> race = IntStream.range(0, writers).<Callable<Boolean>>mapToObj(i -> () -> {
            try {
                update(input("readings").owner("writer-" + i).build(), "0");
                return true;
            } catch (ConcurrentModificationException _) {
                return false;
            }
        }).toList();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Boolean> won = threads.invokeAll(race).stream().map(Future::resultNow).toList();
            assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
            assertThat(glue.table("readings").owner()).isEqualTo("writer-" + won.indexOf(true));
        }
    }

    @Test
    void everythingIsThereAgainAfterARestart() {
        glue.create(input("readings").build());
        update(input("readings").owner("kept").build(), "0");
        Table before = glue.table("readings");
        Database database = glue.client.getDatabase(request -> request.name(DATABASE)).database();
        glue.close();

        glue = new GlueServer(directory.resolve("glue"));

        assertThat(glue.table("readings")).isEqualTo(before);
        assertThat(glue.client.getDatabase(request -> request.name(DATABASE)).database()).isEqualTo(database);
    }

    @Test
    void twoThatHaveTheCatalogOpenSeeEachOthersChangesAndLoseNone() throws Exception {
        try (var other = new GlueServer(directory.resolve("glue")); ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> creations = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                GlueServer one = i % 2 == 0 ? glue : other;
                String name = "table_%02d".formatted(i);
                creations.add(() -> {
                    one.create(input(name).build());
                    return null;
                });
            }
            threads.invokeAll(creations).forEach(Future::resultNow);

            List<String> names = IntStream.range(0, 20).mapToObj("table_%02d"::formatted).toList();
            assertThat(names(glue)).isEqualTo(names);
            assertThat(names(other)).isEqualTo(names);
        }
    }

    @Test
    void whatWasNotWrittenToTheEndIsNotSeen() throws IOException {
        glue.create(input("readings").build());
        // as a crash leaves it, just before the new file gets its name
        Files.writeString(directory.resolve("glue/catalog.json.new"), "{\"format\":1,\"data");

        try (var again = new GlueServer(directory.resolve("glue"))) {
            assertThat(names(again)).containsExactly("readings");
            again.create(input("more").build());
            assertThat(names(again)).containsExactly("more", "readings");
        }
    }

    @Test
    void aCatalogThatCannotBeUnderstoodIsRefusedByItsName() throws IOException {
        Path file = directory.resolve("glue/catalog.json");

        assertThatIllegalStateException().isThrownBy(() -> new LocalGlue(directory.resolve("glue"), "us-east-1", GlueServer.ACCOUNT))
                .withMessageContaining(file + ": region expected as us-east-1, came \"eu-west-1\"");
        Files.writeString(file, "{\"format\":2}");
        assertThatIllegalStateException().isThrownBy(() -> new LocalGlue(directory.resolve("glue"), GlueServer.REGION, GlueServer.ACCOUNT))
                .withMessageContaining(file + ": format expected as 1, came 2");
        Files.writeString(file, "{");
        assertThatIllegalStateException().isThrownBy(() -> new LocalGlue(directory.resolve("glue"), GlueServer.REGION, GlueServer.ACCOUNT))
                .withMessageContaining(file + " is not JSON");
    }

    @Test
    void aCatalogThatIsOnlyLookedAtLeavesNoTrace() {
        try (var other = new GlueServer(directory.resolve("empty"))) {
            assertThat(other.client.getDatabases(_ -> { }).databaseList()).isEmpty();
        }
        assertThat(directory.resolve("empty")).doesNotExist();
    }

    @Test
    void namesAreInLowerCase() {
        glue.create(input("Truck_Readings").build());

        assertThat(glue.table("TRUCK_readings").name()).isEqualTo("truck_readings");
        assertThatThrownBy(() -> glue.create(input("truck_READINGS").build())).isInstanceOf(AlreadyExistsException.class).hasMessageContaining("Table already exists.");
    }

    @Test
    void tablesAreListedByPatternAndPages() {
        IntStream.range(0, 7).forEach(i -> glue.create(input("truck_%d".formatted(i)).build()));
        glue.create(input("machine_0").build());

        var pages = glue.client.getTablesPaginator(request -> request.databaseName(DATABASE).expression("truck_.*").maxResults(3)).stream().toList();

        assertThat(pages).extracting(page -> page.tableList().stream().map(Table::name).toList()).containsExactly(
                List.of("truck_0", "truck_1", "truck_2"), List.of("truck_3", "truck_4", "truck_5"), List.of("truck_6"));
        assertThat(pages.getFirst().tableList().getFirst()).isEqualTo(glue.table("truck_0"));
        assertThat(glue.client.getTables(request -> request.databaseName(DATABASE).expression("machine_0")
                .attributesToGet(TableAttributes.NAME, TableAttributes.TABLE_TYPE)).tableList())
                .containsExactly(Table.builder().databaseName(DATABASE).name("machine_0").tableType("EXTERNAL_TABLE").build());
    }

    @Test
    void aDeletedTableIsGone() {
        glue.create(input("readings").build());

        glue.client.deleteTable(request -> request.databaseName(DATABASE).name("readings"));

        assertThatThrownBy(() -> glue.table("readings")).isInstanceOf(EntityNotFoundException.class);
        assertThat(names(glue)).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> glue.table("none")).isInstanceOf(EntityNotFoundException.class).hasMessageContaining("Table none not found.");
        assertThatThrownBy(() -> update(input("none").build(), "0")).isInstanceOf(EntityNotFoundException.class).hasMessageContaining("Table none not found.");
        assertThatThrownBy(() -> glue.client.deleteTable(request -> request.databaseName(DATABASE).name("none"))).isInstanceOf(EntityNotFoundException.class);
        assertThatThrownBy(() -> glue.client.getDatabase(request -> request.name("none"))).isInstanceOf(EntityNotFoundException.class)
                .hasMessageContaining("Database none not found.");
        assertThatThrownBy(() -> glue.client.getTables(request -> request.databaseName("none"))).isInstanceOf(EntityNotFoundException.class);
        assertThatThrownBy(() -> glue.client.createTable(request -> request.databaseName("none").tableInput(input("t").build()))).isInstanceOf(EntityNotFoundException.class);
        assertThatThrownBy(() -> glue.client.getTable(request -> request.catalogId("000000000001").databaseName(DATABASE).name("t")))
                .isInstanceOf(EntityNotFoundException.class).hasMessageContaining("Catalog 000000000001 not found");
        assertThatThrownBy(() -> glue.client.createDatabase(request -> request.databaseInput(input -> input.name(DATABASE))))
                .isInstanceOf(AlreadyExistsException.class).hasMessageContaining("Database already exists.");
    }

    @Test
    void aTableHasNeitherPartitionsNorStatisticsNorFunctions() {
        glue.create(input("readings").build());

        assertThat(glue.client.getPartitions(request -> request.databaseName(DATABASE).tableName("readings").expression("arrival_date = '2026-11-23'")).partitions()).isEmpty();
        assertThat(glue.client.batchGetPartition(request -> request.databaseName(DATABASE).tableName("readings")
                .partitionsToGet(PartitionValueList.builder().values("2026-11-23").build())).partitions()).isEmpty();
        assertThatThrownBy(() -> glue.client.getPartition(request -> request.databaseName(DATABASE).tableName("readings").partitionValues("2026-11-23")))
                .isInstanceOf(EntityNotFoundException.class).hasMessageContaining("Cannot find partition.");
        assertThatThrownBy(() -> glue.client.getPartitions(request -> request.databaseName(DATABASE).tableName("none"))).isInstanceOf(EntityNotFoundException.class);
        assertThat(glue.client.getColumnStatisticsForTable(request -> request.databaseName(DATABASE).tableName("readings").columnNames("thing"))
                .columnStatisticsList()).isEmpty();
        assertThat(glue.client.getUserDefinedFunctions(request -> request.databaseName(DATABASE).pattern(".*")).userDefinedFunctions()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertInvalid(input("a\nb"), "TableInput.Name expected as 1 to 255 characters on one line");
        assertInvalid(input("t").description("x".repeat(2_049)), "TableInput.Description is longer than 2048 bytes: 2049");
        assertInvalid(input("t").viewOriginalText("x".repeat(409_601)), "TableInput.ViewOriginalText is longer than 409600 bytes");
        assertInvalid(input("t").parameters(Map.of("k".repeat(256), "v")), "TableInput.Parameters has a key that is longer than 255 bytes");
        assertInvalid(input("t").parameters(Map.of("k", "v".repeat(512_001))), "TableInput.Parameters.k is longer than 512000 bytes");
        assertInvalid(input("t").partitionKeys(column("p".repeat(256), "string")), "TableInput.PartitionKeys[0].Name expected as 1 to 255 characters");
        assertInvalid(input("t").storageDescriptor(storage -> storage.columns(column("c", "x".repeat(131_073)))),
                "TableInput.StorageDescriptor.Columns[0].Type is longer than 131072 bytes");
        assertThatThrownBy(() -> glue.client.getTables(request -> request.databaseName(DATABASE).maxResults(101))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("MaxResults expected as a whole number of 1 to 100, came 101");
        assertThatThrownBy(() -> glue.client.getTables(request -> request.databaseName(DATABASE).expression("("))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Expression is no regular expression");
        assertThat(names(glue)).isEmpty();
    }

    @Test
    void whatIsNotHereIsRefusedLoudly() {
        assertThatThrownBy(() -> glue.client.getTableVersions(request -> request.databaseName(DATABASE).tableName("t"))).isInstanceOf(GlueException.class)
                .hasMessageContaining("the local Glue does not do this: operation GetTableVersions");
        assertThatThrownBy(() -> glue.client.createPartition(request -> request.databaseName(DATABASE).tableName("t").partitionInput(_ -> { })))
                .isInstanceOf(GlueException.class).hasMessageContaining("operation CreatePartition");
        assertThatThrownBy(() -> glue.client.createTable(request -> request.databaseName(DATABASE).tableInput(input("t").build())
                .openTableFormatInput(open -> open.icebergInput(iceberg -> iceberg.metadataOperation("CREATE"))))).isInstanceOf(GlueException.class)
                .hasMessageContaining("members [OpenTableFormatInput]");
        assertThatThrownBy(() -> glue.create(input("t").targetTable(target -> target.databaseName("a").name("b")).build())).isInstanceOf(GlueException.class)
                .hasMessageContaining("members [TableInput.TargetTable]");
        assertThatThrownBy(() -> glue.client.getTable(request -> request.databaseName(DATABASE).name("t").queryAsOfTime(NOW.minus(Duration.ofDays(1)))))
                .isInstanceOf(GlueException.class).hasMessageContaining("members [QueryAsOfTime]");
    }

    private void update(TableInput input, String version) {
        glue.client.updateTable(request -> request.databaseName(DATABASE).versionId(version).skipArchive(true).tableInput(input));
    }

    private static List<String> names(GlueServer glue) {
        return glue.client.getTables(request -> request.databaseName(DATABASE)).tableList().stream().map(Table::name).toList();
    }

    private void assertInvalid(TableInput.Builder input, String message) {
        assertThatThrownBy(() -> glue.create(input.build())).isInstanceOf(InvalidInputException.class).hasMessageContaining(message);
    }
}
