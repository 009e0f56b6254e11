package dev.millrace.redrive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

/// As much of S3 as a redrive asks for: objects by `bucket/key`, listed a few at a time. It can be made to end at a call, as a
/// function that is killed.
final class FakeS3 implements S3Client {
    private static final int PAGE = 3;

    private final SortedMap<String, byte[]> objects = new TreeMap<>();
    private final Map<String, Instant> writtenAt = new HashMap<>();
    private final List<String> failing = new ArrayList<>();
    private Instant now;

    FakeS3(Instant now) {
        this.now = now;
    }

    void setNow(Instant later) {
        now = later;
    }

    /// The next call whose text, as `put bucket/key`, begins so does not come through.
    void failOnce(String call) {
        failing.add(call);
    }

    synchronized void put(String bucketAndKey, byte[] body) {
        objects.put(bucketAndKey, body);
        writtenAt.put(bucketAndKey, now);
    }

    synchronized List<String> keys(String bucketAndPrefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(bucketAndPrefix)).toList();
    }

    synchronized String text(String bucketAndKey) {
        return new String(objects.get(bucketAndKey), StandardCharsets.UTF_8);
    }

    private void call(String text) {
        if (failing.removeIf(text::startsWith)) {
            throw SdkClientException.create("does not come through: " + text);
        }
    }

    @Override
    public synchronized ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        String bucket = request.bucket() + "/";
        String after = request.continuationToken() == null ? "" : request.continuationToken();
        List<S3Object> rest = objects.keySet().stream().filter(key -> key.startsWith(bucket + request.prefix()) && key.compareTo(after) > 0).map(key -> S3Object.builder()
                .key(key.substring(bucket.length())).size((long) objects.get(key).length).lastModified(writtenAt.get(key)).build()).toList();
        List<S3Object> page = rest.subList(0, Math.min(PAGE, rest.size()));
        boolean hasMore = rest.size() > PAGE;
        return ListObjectsV2Response.builder().contents(page).isTruncated(hasMore).nextContinuationToken(hasMore ? bucket + page.getLast().key() : null).build();
    }

    @Override
    public ListObjectsV2Iterable listObjectsV2Paginator(ListObjectsV2Request request) {
        return new ListObjectsV2Iterable(this, request);
    }

    @Override
    public synchronized <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
        byte[] body = objects.get(request.bucket() + "/" + request.key());
        if (body == null) {
            throw NoSuchKeyException.builder().message("no such key: " + request.key()).build();
        }
        try {
            return transformer.transform(GetObjectResponse.builder().build(),
                    AbortableInputStream.create(new ByteArrayInputStream(body)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        call("put " + request.bucket() + "/" + request.key());
        try {
            put(request.bucket() + "/" + request.key(), body.contentStreamProvider().newStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PutObjectResponse.builder().build();
    }

    @Override
    public synchronized DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
        call("delete " + request.bucket() + "/" + request.key());
        objects.remove(request.bucket() + "/" + request.key());
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {
    }
}
