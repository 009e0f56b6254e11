package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.LakeLayout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;

/// The landing objects of a device type in S3.
final class S3Landing implements Landing {
    /// A tag is a request of a few milliseconds that waits for S3 alone.
    private static final int TAGGING_THREADS = 16;
    private static final String YES = "true";

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    S3Landing(S3Client s3, String bucket, DeviceType type) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.bucket = requireNonNull(bucket, "bucket is null");
        this.prefix = LakeLayout.LANDING_PREFIX + type.name() + "/";
    }

    private IOException failure(String what, SdkException e) {
        return new IOException("s3://%s/%s%s: %s".formatted(bucket, prefix, what, e.getMessage()), e);
    }

    @Override
    public List<LandingObject> list(String after, String before) throws IOException {
        List<LandingObject> objects = new ArrayList<>();
        try {
            for (S3Object object : s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix).startAfter(prefix + after)).contents()) {
                String key = object.key().substring(prefix.length());
                if (key.compareTo(before) >= 0) {
                    break;
                }
                objects.add(new LandingObject(key, object.size()));
            }
        } catch (SdkException e) {
            throw failure("", e);
        }
        return objects;
    }

    @Override
    public byte[] read(String key) throws IOException {
        try {
            return s3.getObjectAsBytes(get -> get.bucket(bucket).key(prefix + key)).asByteArray();
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public void markCompacted(SortedSet<String> keys) throws IOException {
        if (keys.isEmpty()) {
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(TAGGING_THREADS, Thread.ofVirtual().factory())) {
            List<Future<?>> marks = new ArrayList<>();
            for (String key : keys.headSet(keys.last())) {
                marks.add(threads.submit(() -> mark(key)));
            }
            for (Future<?> mark : marks) {
                mark.get();
            }
            mark(keys.last());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SdkException failure) {
                throw failure("", failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (SdkException e) {
            throw failure(keys.last(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void mark(String key) {
        try {
            s3.putObjectTagging(put -> put.bucket(bucket).key(prefix + key)
                    .tagging(tagging -> tagging.tagSet(Tag.builder().key(LakeLayout.COMPACTED_TAG).value(YES).build())));
        } catch (NoSuchKeyException _) {
            // deleted meanwhile, which is what the mark is for
        }
    }

    @Override
    public boolean isCompacted(String key) throws IOException {
        try {
            return s3.getObjectTagging(get -> get.bucket(bucket).key(prefix + key)).tagSet().stream()
                    .anyMatch(tag -> tag.key().equals(LakeLayout.COMPACTED_TAG) && tag.value().equals(YES));
        } catch (NoSuchKeyException _) {
            return true;
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }
}
