package dev.millrace.local;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/// With which tables and buckets are made: straight to the stand-ins, so that the deployment is not counted among the
/// calls of the run.
record StoreClients(DynamoDbClient dynamoDb, S3Client s3) implements AutoCloseable {
    private static final StaticCredentialsProvider CREDENTIALS = StaticCredentialsProvider.create(AwsBasicCredentials.create("LOCALdeployment", "local"));

    StoreClients(String region, URI dynamoDb, URI s3) {
        this(DynamoDbClient.builder().endpointOverride(dynamoDb).region(Region.of(region)).credentialsProvider(CREDENTIALS)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()).build(),
                S3Client.builder().endpointOverride(s3).region(Region.of(region)).credentialsProvider(CREDENTIALS)
                        .httpClientBuilder(UrlConnectionHttpClient.builder()).forcePathStyle(true).build());
    }

    @Override
    public void close() {
        dynamoDb.close();
        s3.close();
    }
}
