package dev.millrace.local.iot;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Lambda of the local cloud. One try: whether AWS IoT asks again is not documented, see docs/verify-on-aws.md.
final class LambdaHook implements ProvisioningHook, AutoCloseable {
    /// AWS IoT waits 5 s ("Pre-provisioning hooks"), to which the function's own time limit holds it here too. The start of a
    /// JVM comes on top of that: there is no snapshot to start from.
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

    private final LambdaClient lambda;

    LambdaHook(URI endpoint, String region) {
        this.lambda = LambdaClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(ANSWERS_WITHIN))
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(configuration -> configuration.apiCallTimeout(ANSWERS_WITHIN).retryStrategy(retries -> retries.maxAttempts(1)))
                .build();
    }

    @Override
    public byte[] ask(String functionArn, byte[] event) throws ActionFailed {
        InvokeResponse response;
        try {
            response = lambda.invoke(request -> request.functionName(functionArn).payload(SdkBytes.fromByteArrayUnsafe(event)));
        } catch (SdkException e) {
            throw new ActionFailed("Invoke of %s: %s".formatted(functionArn, e.getMessage()), e);
        }
        byte[] answer = response.payload() == null ? new byte[0] : response.payload().asByteArray();
        if (response.functionError() != null) {
            throw new ActionFailed("Invoke of %s: %s: %s".formatted(functionArn, response.functionError(), response.payload().asUtf8String()));
        }
        return answer;
    }

    @Override
    public void close() {
        lambda.close();
    }
}
