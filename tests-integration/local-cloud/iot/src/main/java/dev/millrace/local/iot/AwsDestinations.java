package dev.millrace.local.iot;

import dev.millrace.local.iam.RoleRights;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/// Kinesis and S3 of the local cloud, by the AWS SDK with its own default of retries: how often the rules
/// engine of AWS retries is not published, see docs/verify-on-aws.md.
final class AwsDestinations implements Destinations, AutoCloseable {
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final KinesisClient kinesis;
    private final S3Client s3;
    /// By the ARN of the role.
    private final Map<String, AwsCredentialsProvider> credentials = new ConcurrentHashMap<>();

    AwsDestinations(URI endpoint, String region) {
        // every call has the credentials of a role
        AnonymousCredentialsProvider none = AnonymousCredentialsProvider.create();
        this.kinesis = KinesisClient.builder()
                .httpClient(http)
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(none)
                .build();
        this.s3 = S3Client.builder()
                .httpClient(http)
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(none)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                .build();
    }

    @Override
    public void putRecord(String role, String stream, String partitionKey, byte[] data) throws ActionFailed {
        try {
            kinesis.putRecord(request -> request.streamName(stream).partitionKey(partitionKey).data(SdkBytes.fromByteArrayUnsafe(data))
                    .overrideConfiguration(override -> override.credentialsProvider(credentials(role))));
        } catch (SdkException e) {
            throw new ActionFailed("PutRecord to stream %s: %s".formatted(stream, e.getMessage()), e);
        }
    }

    @Override
    public void putObject(String role, String bucket, String key, byte[] body) throws ActionFailed {
        try {
            s3.putObject(request -> request.bucket(bucket).key(key).overrideConfiguration(override -> override.credentialsProvider(credentials(role))),
                    RequestBody.fromBytes(body));
        } catch (SdkException e) {
            throw new ActionFailed("PutObject to bucket %s, key %s: %s".formatted(bucket, key, e.getMessage()), e);
        }
    }

    /// By them the front door knows under which role the action runs.
    private AwsCredentialsProvider credentials(String role) {
        return credentials.computeIfAbsent(role, arn -> StaticCredentialsProvider.create(AwsBasicCredentials.create(RoleRights.accessKeyId(arn), "local")));
    }

    @Override
    public void close() {
        kinesis.close();
        s3.close();
        http.close();
    }
}
