package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.AwsClients;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Tag;

/// The catalog and the objects of the lake, as the template makes them on the local cloud.
@Timeout(120)
class LocalLakeTest {
    private static final Tag COMPACTED = Tag.builder().key("compacted").value("true").build();

    private Stage stage;
    private S3Client s3;
    private String bucket;

    @BeforeEach
    void findStage() throws Exception {
        stage = SharedCloud.get().stage();
        s3 = AwsClients.client(S3Client.builder(), stage.deployed());
        bucket = stage.deployed().output("LakeBucket");
    }

    @Test
    void theTablesOfTheTemplateAreInTheCatalog() {
        try (GlueClient glue = AwsClients.client(GlueClient.builder(), stage.deployed())) {
            String database = stage.deployed().output("GlueDatabase");

            Table landing = glue.getTable(get -> get.databaseName(database).name("truck_landing")).table();

            assertThat(landing.storageDescriptor().location()).isEqualTo("s3://%s/landing/truck/".formatted(bucket));
            assertThat(landing.parameters()).containsAllEntriesOf(Map.of("EXTERNAL", "TRUE", "projection.enabled", "true", "projection.arrival_hour.range", "0,23"));
            assertThat(landing.partitionKeys()).extracting(key -> key.name() + " " + key.type()).containsExactly("arrival_date string", "arrival_hour string");
            assertThat(glue.getTables(get -> get.databaseName(database)).tableList()).extracting(Table::name).contains("environment_landing", "quarantine", "lost_readings");
        }
    }

    @Test
    void tagsShareTheFateOfTheirObject() {
        for (String key : List.of("tags/overwritten", "tags/deleted", "tags/deleted with others", "tags/kept")) {
            put(key, "before");
            s3.putObjectTagging(tag -> tag.bucket(bucket).key(key).tagging(set -> set.tagSet(COMPACTED)));
            assertThat(tags(key)).containsExactly(COMPACTED);
        }

        put("tags/overwritten", "after");
        s3.deleteObject(delete -> delete.bucket(bucket).key("tags/deleted"));
        put("tags/deleted", "after");
        s3.deleteObjects(delete -> delete.bucket(bucket).delete(list -> list.objects(ObjectIdentifier.builder().key("tags/deleted with others").build())));
        put("tags/deleted with others", "after");

        assertThat(tags("tags/overwritten")).isEmpty();
        assertThat(tags("tags/deleted")).isEmpty();
        assertThat(tags("tags/deleted with others")).isEmpty();
        assertThat(tags("tags/kept")).containsExactly(COMPACTED);
        assertThat(s3.getObjectAsBytes(get -> get.bucket(bucket).key("tags/kept")).asUtf8String()).isEqualTo("before");
    }

    private void put(String key, String content) {
        s3.putObject(put -> put.bucket(bucket).key(key).metadata(Map.of("a", "b")), RequestBody.fromString(content));
    }

    private List<Tag> tags(String key) {
        return s3.getObjectTagging(get -> get.bucket(bucket).key(key)).tagSet();
    }
}
