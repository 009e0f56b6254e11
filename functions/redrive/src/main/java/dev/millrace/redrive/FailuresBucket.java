package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.LakeLayout;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// The bucket of what could not be handed on: the documents, and what is remembered of those that are gone. Every method fails
/// with the SDK's `SdkException` if S3 does.
record FailuresBucket(S3Client s3, String bucket) {
    /// @param bytes of the object
    record Stored(String key, long bytes, Instant writtenAt) {
    }

    FailuresBucket {
        requireNonNull(s3, "s3 is null");
        requireNonNull(bucket, "bucket is null");
    }

    /// In order of their keys, read page by page.
    Stream<Stored> list(String prefix) {
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix)).contents().stream()
                .map(object -> new Stored(object.key(), object.size(), object.lastModified()));
    }

    /// @return empty if it is gone
    Optional<byte[]> read(String key) {
        try {
            return Optional.of(s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray());
        } catch (NoSuchKeyException _) {
            return Optional.empty();
        }
    }

    /// The bucket keeps the version for a while.
    void delete(String key) {
        s3.deleteObject(delete -> delete.bucket(bucket).key(key));
    }

    /// @throws IllegalArgumentException naming the object if it cannot be read
    History history(String fingerprint) {
        String key = historyKey(fingerprint);
        return read(key).map(json -> {
            try {
                return History.read(json);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("%s: %s".formatted(key, e.getMessage()), e);
            }
        }).orElse(History.NONE);
    }

    void remember(String fingerprint, String thing, History history) {
        s3.putObject(put -> put.bucket(bucket).key(historyKey(fingerprint)).contentType("application/json"), RequestBody.fromBytes(history.toJson(thing)));
    }

    private static String historyKey(String fingerprint) {
        return LakeLayout.REDRIVEN_PREFIX + fingerprint + ".json";
    }
}
