package dev.millrace.local;

import dev.millrace.local.lambda.ObjectSink;
import java.io.IOException;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The on-failure destination of a mapping: a bucket behind the front door.
final class FailedBatches implements ObjectSink, AutoCloseable {
    private final S3Client s3;

    FailedBatches(URI awsEndpoint, String region, String accessKeyId) {
        s3 = S3Client.builder().endpointOverride(awsEndpoint).region(Region.of(region)).httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, "local"))).build();
    }

    @Override
    public void put(String bucket, String key, byte[] body) throws IOException {
        try {
            s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(body));
        } catch (SdkException e) {
            throw new IOException("%s/%s was not written: %s".formatted(bucket, key, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        s3.close();
    }
}
