package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.lake.S3Quarantine;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.testkit.QuarantineContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The contract of quarantine, held by the adapter of S3 against a bucket that is not a fake.
abstract class AwsQuarantineContract extends QuarantineContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Stage stage;

    /// With an output `LakeBucket`.
    abstract Stage stage() throws Exception;

    @BeforeEach
    void findStage() throws Exception {
        stage = stage();
    }

    @Override
    protected Quarantine quarantine() {
        return new S3Quarantine(stage.clients().s3(), stage.deployed().output("LakeBucket"));
    }

    /// Line by line, and not by the demo's reader, which takes each record and reason once.
    @Override
    protected List<Entry> kept(String thing) throws Exception {
        S3Client s3 = stage.clients().s3();
        String bucket = stage.deployed().output("LakeBucket");
        List<Entry> kept = new ArrayList<>();
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.QUARANTINE_PREFIX)).contents()) {
            for (String line : s3.getObjectAsBytes(get -> get.bucket(bucket).key(object.key())).asUtf8String().lines().toList()) {
                JsonNode entry = JSON.readTree(line);
                if (entry.get("thing").asText().equals(thing)) {
                    kept.add(entry(entry));
                }
            }
        }
        return kept;
    }

    private static Entry entry(JsonNode line) {
        List<Long> seqs = new ArrayList<>();
        line.get("readings").forEach(seq -> seqs.add(seq.asLong()));
        return new Entry(line.get("sequence_number").asText(), line.get("reason").asText(), line.get("epoch").asLong(), seqs, line.get("payload_base64").asText());
    }
}
