package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.ThingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Reads what the pipeline left in the state table and in quarantine.
public final class Stores {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Stores() {
    }

    /// All states by thing, as of now.
    public static Map<String, ThingState> states(DynamoDbClient dynamoDb, String table) {
        Map<String, ThingState> states = new TreeMap<>();
        for (Map<String, AttributeValue> item : dynamoDb.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items()) {
            String thing = item.get("thing").s();
            states.put(thing, StateCodec.decode(thing, Long.parseLong(item.get("version").n()), item.get("body").b().asByteArray(), Limits.DEFAULT));
        }
        return states;
    }

    /// The entries, each record and reason once: a batch that was cut anew on a retry leaves a second object.
    public static List<Findings.Quarantined> quarantined(S3Client s3, String bucket) throws IOException {
        Map<String, Findings.Quarantined> entries = new TreeMap<>();
        for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(LakeLayout.QUARANTINE_PREFIX)).contents()) {
            String lines = s3.getObjectAsBytes(get -> get.bucket(bucket).key(object.key())).asString(StandardCharsets.UTF_8);
            for (String line : lines.lines().toList()) {
                Findings.Quarantined entry = quarantined(JSON.readTree(line));
                entries.put("%s/%s/%s".formatted(entry.shard(), entry.sequenceNumber(), entry.reason()), entry);
            }
        }
        return List.copyOf(entries.values());
    }

    private static Findings.Quarantined quarantined(JsonNode line) {
        List<Long> seqs = new ArrayList<>();
        line.get("readings").forEach(seq -> seqs.add(seq.asLong()));
        return new Findings.Quarantined(line.get("thing").asText(), line.get("shard").asText(), line.get("sequence_number").asText(),
                line.get("reason").asText(), line.get("epoch").asLong(), seqs, line.get("payload_base64").asText());
    }
}
