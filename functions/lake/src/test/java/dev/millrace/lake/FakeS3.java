package dev.millrace.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// Objects by `bucket/key`.
final class FakeS3 implements S3Client {
    final Map<String, byte[]> objects = new TreeMap<>();
    boolean isDown;

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
        if (isDown) {
            throw SdkClientException.create("connection refused");
        }
        try {
            objects.put(request.bucket() + "/" + request.key(), body.contentStreamProvider().newStream().readAllBytes());
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
