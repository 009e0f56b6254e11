package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.timestreamwrite.model.ConflictException;
import software.amazon.awssdk.services.timestreamwrite.model.Database;
import software.amazon.awssdk.services.timestreamwrite.model.PartitionKey;
import software.amazon.awssdk.services.timestreamwrite.model.PartitionKeyEnforcementLevel;
import software.amazon.awssdk.services.timestreamwrite.model.PartitionKeyType;
import software.amazon.awssdk.services.timestreamwrite.model.ResourceNotFoundException;
import software.amazon.awssdk.services.timestreamwrite.model.Table;
import software.amazon.awssdk.services.timestreamwrite.model.TableStatus;
import software.amazon.awssdk.services.timestreamwrite.model.ValidationException;

class ControlOperationsTest {
    private final TimestreamServer server = new TimestreamServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTableIsDescribedAsItWasMade() {
        server.writer.createDatabase(request -> request.databaseName("fleet"));
        Table made = server.writer.createTable(request -> request.databaseName("fleet").tableName("readings")
                .retentionProperties(retention -> retention.memoryStoreRetentionPeriodInHours(24L).magneticStoreRetentionPeriodInDays(365L))
                .magneticStoreWriteProperties(writes -> writes.enableMagneticStoreWrites(true)
                        .magneticStoreRejectedDataLocation(location -> location.s3Configuration(bucket -> bucket.bucketName("rejects"))))
                .schema(schema -> schema.compositePartitionKey(PartitionKey.builder().type(PartitionKeyType.DIMENSION).name("thing")
                        .enforcementInRecord(PartitionKeyEnforcementLevel.REQUIRED).build()))).table();

        Table described = server.writer.describeTable(request -> request.databaseName("fleet").tableName("readings")).table();

        assertThat(described).isEqualTo(made);
        assertThat(described.arn()).isEqualTo("arn:aws:timestream:eu-west-1:123456789012:database/fleet/table/readings");
        assertThat(described.tableStatus()).isEqualTo(TableStatus.ACTIVE);
        assertThat(described.creationTime()).isEqualTo(NOW);
        assertThat(described.retentionProperties().memoryStoreRetentionPeriodInHours()).isEqualTo(24);
        assertThat(described.retentionProperties().magneticStoreRetentionPeriodInDays()).isEqualTo(365);
        assertThat(described.magneticStoreWriteProperties().enableMagneticStoreWrites()).isTrue();
        assertThat(described.schema().compositePartitionKey()).singleElement().satisfies(key -> {
            assertThat(key.name()).isEqualTo("thing");
            assertThat(key.enforcementInRecord()).isEqualTo(PartitionKeyEnforcementLevel.REQUIRED);
        });
    }

    @Test
    void aTableWithoutSettingsHasTheDefaultsOfAws() {
        server.timestream.createDatabase("fleet");
        Table table = server.writer.createTable(request -> request.databaseName("fleet").tableName("readings")).table();

        assertThat(table.retentionProperties().memoryStoreRetentionPeriodInHours()).isEqualTo(6);
        assertThat(table.retentionProperties().magneticStoreRetentionPeriodInDays()).isEqualTo(73_000);
        assertThat(table.schema().compositePartitionKey()).singleElement().satisfies(key -> assertThat(key.type()).isEqualTo(PartitionKeyType.MEASURE));
    }

    @Test
    void listsPageByTwenty() {
        server.timestream.createDatabase("fleet");
        IntStream.range(0, 25).forEach(i -> server.timestream.createTable("fleet", "table-%02d".formatted(i), TableSettings.DEFAULT));

        var pages = server.writer.listTablesPaginator(request -> request.databaseName("fleet")).stream().toList();

        assertThat(pages).extracting(page -> page.tables().size()).containsExactly(20, 5);
        assertThat(server.writer.listDatabases(_ -> { }).databases()).singleElement().extracting(Database::tableCount).isEqualTo(25L);
        assertThat(server.writer.describeDatabase(request -> request.databaseName("fleet")).database().tableCount()).isEqualTo(25);
    }

    @Test
    void whatExistsIsAConflictAndWhatDoesNotIsNotFound() {
        server.writer.createDatabase(request -> request.databaseName("fleet"));

        assertThatThrownBy(() -> server.writer.createDatabase(request -> request.databaseName("fleet"))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> server.writer.describeDatabase(request -> request.databaseName("other"))).isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> server.writer.createTable(request -> request.databaseName("other").tableName("readings"))).isInstanceOf(ResourceNotFoundException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> server.timestream.createDatabase("fleet")).withMessageContaining("fleet already exists");
        assertThatIllegalArgumentException().isThrownBy(() -> server.timestream.createTable("other", "readings", TableSettings.DEFAULT)).withMessageContaining("other does not exist");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, MemoryStoreRetentionPeriodInHours not in 1..8766: 0", "8767, 1, MemoryStoreRetentionPeriodInHours not in 1..8766: 8767",
            "1, 0, MagneticStoreRetentionPeriodInDays not in 1..73000: 0", "1, 73001, MagneticStoreRetentionPeriodInDays not in 1..73000: 73001"})
    void retentionHasLimits(long hours, long days, String message) {
        server.timestream.createDatabase("fleet");

        assertThatThrownBy(() -> server.writer.createTable(request -> request.databaseName("fleet").tableName("readings")
                .retentionProperties(retention -> retention.memoryStoreRetentionPeriodInHours(hours).magneticStoreRetentionPeriodInDays(days))))
                .isInstanceOf(ValidationException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"ab", "a b", "main", "'ä12'"})
    void namesThatCannotBeAreRefused(String name) {
        assertThatThrownBy(() -> server.writer.createDatabase(request -> request.databaseName(name))).isInstanceOf(ValidationException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void magneticWritesNeedAPlaceForRejectedData() {
        server.timestream.createDatabase("fleet");

        assertThatThrownBy(() -> server.writer.createTable(request -> request.databaseName("fleet").tableName("readings")
                .magneticStoreWriteProperties(writes -> writes.enableMagneticStoreWrites(true)))).hasMessageContaining("MagneticStoreRejectedDataLocation");
    }

    @Test
    void theEndpointIsTheOneThatWasAsked() {
        assertThat(server.writer.describeEndpoints(_ -> { }).endpoints()).singleElement()
                .satisfies(endpoint -> assertThat(endpoint.address()).startsWith("127.0.0.1:"));
    }

    @Test
    void otherOperationsAreRefusedByName() {
        assertThatThrownBy(() -> server.writer.deleteDatabase(request -> request.databaseName("fleet"))).isInstanceOf(ValidationException.class)
                .hasMessageContaining("The operation DeleteDatabase is not supported");
    }
}
