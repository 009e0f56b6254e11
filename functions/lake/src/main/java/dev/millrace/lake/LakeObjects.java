package dev.millrace.lake;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.LakeLayout;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.SinkUnavailable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The lake's bucket: keys and writes that both ports share.
record LakeObjects(S3Client s3, String bucket) {
    private static final DateTimeFormatter PARTITION = DateTimeFormatter.ofPattern(LakeLayout.ARRIVAL_PATTERN).withZone(ZoneOffset.UTC);

    LakeObjects {
        requireNonNull(s3, "s3 is null");
        requireNonNull(bucket, "bucket is null");
    }

    /// The partition is the hour in which the batch's first record arrived: it depends on the batch alone.
    static String key(String prefix, Batch batch, String ending) {
        return prefix + PARTITION.format(Instant.ofEpochMilli(batch.first().arrivedAtMillis())) + "/" + batch.name() + ending;
    }

    void put(String key, String contentType, byte[] body) throws SinkUnavailable {
        try {
            s3.putObject(put -> put.bucket(bucket).key(key).contentType(contentType), RequestBody.fromBytes(body));
        } catch (SdkException e) {
            throw new SinkUnavailable("s3://%s/%s: %s".formatted(bucket, key, e.getMessage()), e);
        }
    }
}
