package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.AwsClients;
import dev.millrace.cli.Deployed;
import dev.millrace.local.LocalCloud;
import dev.millrace.local.LocalLake;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Tag;

/// The catalog and the objects of the lake on the local cloud.
@Timeout(120)
class LocalLakeTest {
    private static final String BUCKET = "tagged-objects";
    private static final Tag COMPACTED = Tag.builder().key("compacted").value("true").build();

    @Test
    void theTablesOfTheTemplateAreInTheCatalog() throws Exception {
        Deployed deployed = SharedCloud.get().stage().deployed();
        try (GlueClient glue = AwsClients.client(GlueClient.builder(), deployed)) {
            String database = deployed.output("GlueDatabase");

            Table landing = glue.getTable(get -> get.databaseName(database).name("truck_landing")).table();

            assertThat(landing.storageDescriptor().location()).isEqualTo("s3://%s/landing/truck/".formatted(deployed.output("LakeBucket")));
            assertThat(landing.parameters()).containsAllEntriesOf(Map.of("EXTERNAL", "TRUE", "projection.enabled", "true", "projection.arrival_hour.range", "0,23"));
            assertThat(landing.partitionKeys()).extracting(key -> key.name() + " " + key.type()).containsExactly("arrival_date string", "arrival_hour string");
            assertThat(glue.getTables(get -> get.databaseName(database)).tableList()).extracting(Table::name).contains("environment_landing", "quarantine", "lost_readings");
        }
    }

    @Test
    void tagsShareTheFateOfTheirObject() throws Exception {
        try (LocalLake lake = LocalLake.open(Directories.root(), Directories.fresh("tags"), LocalCloud.Settings.DEFAULT_REGION, LocalCloud.Settings.DEFAULT_ACCOUNT);
                S3Client s3 = AwsClients.client(S3Client.builder(), new Deployed(lake.awsEndpoint(), LocalCloud.Settings.DEFAULT_REGION, Map.of()))) {
            s3.createBucket(create -> create.bucket(BUCKET));
            tagsShareTheFateOfTheirObject(s3);
        }
    }

    private static void tagsShareTheFateOfTheirObject(S3Client s3) {
        for (String key : List.of("tags/overwritten", "tags/deleted", "tags/deleted with others", "tags/kept")) {
            put(s3, key, "before");
            s3.putObjectTagging(tag -> tag.bucket(BUCKET).key(key).tagging(set -> set.tagSet(COMPACTED)));
            assertThat(tags(s3, key)).containsExactly(COMPACTED);
        }

        put(s3, "tags/overwritten", "after");
        s3.deleteObject(delete -> delete.bucket(BUCKET).key("tags/deleted"));
        put(s3, "tags/deleted", "after");
        s3.deleteObjects(delete -> delete.bucket(BUCKET).delete(list -> list.objects(ObjectIdentifier.builder().key("tags/deleted with others").build())));
        put(s3, "tags/deleted with others", "after");

        assertThat(tags(s3, "tags/overwritten")).isEmpty();
        assertThat(tags(s3, "tags/deleted")).isEmpty();
        assertThat(tags(s3, "tags/deleted with others")).isEmpty();
        assertThat(tags(s3, "tags/kept")).containsExactly(COMPACTED);
        assertThat(s3.getObjectAsBytes(get -> get.bucket(BUCKET).key("tags/kept")).asUtf8String()).isEqualTo("before");
    }

    private static void put(S3Client s3, String key, String content) {
        s3.putObject(put -> put.bucket(BUCKET).key(key).metadata(Map.of("a", "b")), RequestBody.fromString(content));
    }

    private static List<Tag> tags(S3Client s3, String key) {
        return s3.getObjectTagging(get -> get.bucket(BUCKET).key(key)).tagSet();
    }
}
