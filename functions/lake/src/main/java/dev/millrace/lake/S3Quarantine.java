package dev.millrace.lake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.SinkUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/// One JSON-lines object for a batch, a line for a record and reason:
/// `{"thing":…,"shard":…,"sequence_number":…,"arrived_at":…,"reason":…,"detail":…,"epoch":…,"readings":[seq,…],"payload_base64":…}`.
/// `epoch` is 0 and `readings` empty where the whole record is rejected. The payload is byte for byte what the device sent.
public final class S3Quarantine implements Quarantine {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FINGERPRINT_BYTES = 8;

    private final LakeObjects objects;

    public S3Quarantine(S3Client s3, String bucket) {
        this.objects = new LakeObjects(s3, bucket);
    }

    @Override
    public void keep(Batch batch, List<RejectedRecord> rejected) throws SinkUnavailable {
        var lines = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(lines).setRootValueSeparator(null)) {
            for (RejectedRecord one : rejected) {
                write(json, batch.shard(), one);
                json.writeRaw('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = lines.toByteArray();
        objects.put(LakeObjects.key(LakeLayout.QUARANTINE_PREFIX, batch, "-" + fingerprint(body) + ".jsonl"), "application/x-ndjson", body);
    }

    /// What of a batch is rejected depends on the states: when it comes again after some of its things were committed,
    /// their rejected readings are duplicates. Under the batch's name alone the object would be replaced by one
    /// without them, so the key names the content, too.
    private static String fingerprint(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void write(JsonGenerator json, String shard, RejectedRecord rejected) throws IOException {
        json.writeStartObject();
        json.writeStringField("thing", rejected.record().partitionKey());
        json.writeStringField("shard", shard);
        json.writeStringField("sequence_number", rejected.record().sequenceNumber());
        json.writeStringField("arrived_at", Instant.ofEpochMilli(rejected.record().arrivedAtMillis()).toString());
        json.writeStringField("reason", rejected.rejection().reason());
        json.writeStringField("detail", rejected.rejection().detail());
        json.writeNumberField("epoch", rejected.epoch());
        json.writeArrayFieldStart("readings");
        for (long seq : rejected.seqs()) {
            json.writeNumber(seq);
        }
        json.writeEndArray();
        json.writeBinaryField("payload_base64", rejected.record().payload());
        json.writeEndObject();
    }
}
