package dev.millrace.cli;

import dev.millrace.local.LocalCloud;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;

/// Plain AWS clients pointed at the front door, as anybody could make them with `AWS_ENDPOINT_URL`.
public record AwsClients(DynamoDbClient dynamoDb, S3Client s3, TimestreamQueryClient timestream) implements AutoCloseable {
    /// Environment of a process that is to call as these clients do.
    static final Map<String, String> ENVIRONMENT = Map.of("AWS_REGION", LocalCloud.Settings.DEFAULT_REGION, "AWS_ACCESS_KEY_ID", "operator",
            "AWS_SECRET_ACCESS_KEY", "local");

    static final AwsCredentialsProvider OPERATOR = StaticCredentialsProvider.create(
            AwsBasicCredentials.create(ENVIRONMENT.get("AWS_ACCESS_KEY_ID"), ENVIRONMENT.get("AWS_SECRET_ACCESS_KEY")));

    /// The clients by which the stores are asked.
    public static AwsClients of(Deployed deployed) {
        return new AwsClients(client(DynamoDbClient.builder(), deployed), client(S3Client.builder().forcePathStyle(true), deployed),
                client(TimestreamQueryClient.builder(), deployed));
    }

    /// A client of any other service.
    public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder, Deployed deployed) {
        return pointed(builder, deployed).build();
    }

    /// The builder of any client, pointed at the front door.
    public static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B pointed(B builder, Deployed deployed) {
        return builder.endpointOverride(deployed.endpoint()).region(Region.of(deployed.region())).credentialsProvider(OPERATOR)
                .httpClient(UrlConnectionHttpClient.create());
    }

    @Override
    public void close() {
        dynamoDb.close();
        s3.close();
        timestream.close();
    }
}
