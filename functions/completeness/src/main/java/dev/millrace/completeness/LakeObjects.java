package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.LakeLayout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What a run reads and writes in the lake besides notices.
final class LakeObjects {
    private static final String MEMORY = LakeLayout.COMPLETENESS_STATE_PREFIX + "memory.json.gz";
    private static final String GZIP = "application/gzip";

    private final S3Client s3;
    private final String bucket;

    LakeObjects(S3Client s3, String bucket) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.bucket = requireNonNull(bucket, "bucket is null");
    }

    /// @throws IllegalStateException naming the object, if it cannot be understood
    Memory memory() {
        // asked for by a list: who may list part of a bucket only is told of an absent object that it is forbidden
        boolean isThere = s3.listObjectsV2(list -> list.bucket(bucket).prefix(MEMORY)).contents().stream().map(S3Object::key).anyMatch(MEMORY::equals);
        if (!isThere) {
            return Memory.empty();
        }
        try {
            return Memory.decode(s3.getObjectAsBytes(get -> get.bucket(bucket).key(MEMORY)).asByteArray());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("s3://%s/%s %s. Nothing that was counted depends on it: if it is damaged, delete it".formatted(bucket, MEMORY, e.getMessage()), e);
        }
    }

    void remember(Memory memory) {
        put(MEMORY, memory.encode());
    }

    void put(String key, byte[] body) {
        s3.putObject(put -> put.bucket(bucket).key(key).contentType(GZIP), RequestBody.fromBytes(body));
    }
}
