package dev.millrace.completeness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

/// As much of S3 as a run asks for: pages of two keys.
final class FakeS3 implements S3Client {
    private static final int PAGE = 2;
    private final NavigableMap<String, byte[]> objects = new TreeMap<>();
    private final NavigableMap<String, Instant> written = new TreeMap<>();
    private long gets;

    void put(String key, byte[] body, Instant at) {
        objects.put(key, body);
        written.put(key, at);
    }

    byte[] get(String key) {
        return objects.get(key);
    }

    /// How often an object was fetched.
    long gets() {
        return gets;
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        String after = request.continuationToken() == null ? "" : request.continuationToken();
        List<S3Object> rest = objects.tailMap(request.prefix()).keySet().stream().filter(key -> key.startsWith(request.prefix()) && key.compareTo(after) > 0)
                .map(key -> S3Object.builder().key(key).lastModified(written.get(key)).build()).toList();
        List<S3Object> page = rest.subList(0, Math.min(PAGE, rest.size()));
        boolean isTruncated = page.size() < rest.size();
        return ListObjectsV2Response.builder().contents(page).isTruncated(isTruncated).nextContinuationToken(isTruncated ? page.getLast().key() : null).build();
    }

    @Override
    public ListObjectsV2Iterable listObjectsV2Paginator(ListObjectsV2Request request) {
        return new ListObjectsV2Iterable(this, request);
    }

    @Override
    public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
        gets++;
        return ResponseBytes.fromByteArray(GetObjectResponse.builder().build(), objects.get(request.key()));
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        try (var in = body.contentStreamProvider().newStream()) {
            put(request.key(), in.readAllBytes(), Instant.EPOCH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PutObjectResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return "s3";
    }

    @Override
    public void close() {
    }
}
