package dev.millrace.provision;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Lambda handler, the pre-provisioning hook of the provisioning template. Environment: `SERIALS_TABLE`.
///
/// Whatever comes in, a decision goes out, and what speaks against a device stands in the log: an exception would tell
/// the device nothing more, and AWS IoT would take it for a no all the same. AWS IoT waits 5 s. DynamoDB gets 2.5 s of them
/// with all repeats, so that as much is left for the restoring of a snapshot.
public final class ProvisionHandler implements RequestStreamHandler {
    private static final Duration CALL = Duration.ofMillis(2_500);
    private static final Duration ATTEMPT = Duration.ofMillis(800);

    private final Serials serials;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public ProvisionHandler() {
        this(serials(new Environment("provision", System.getenv())), new EmbeddedMetrics("provision", System.out, InstantSource.system()));
    }

    ProvisionHandler(Serials serials, EmbeddedMetrics metrics) {
        this.serials = requireNonNull(serials, "serials is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    private static Serials serials(Environment environment) {
        DynamoDbClient dynamoDb = DynamoDbClient.builder()
                .httpClient(UrlConnectionHttpClient.builder().connectionTimeout(ATTEMPT).socketTimeout(ATTEMPT).build())
                .overrideConfiguration(configuration -> configuration.apiCallTimeout(CALL).apiCallAttemptTimeout(ATTEMPT))
                .build();
        return new DynamoDbSerials(dynamoDb, environment.required("SERIALS_TABLE"), InstantSource.system());
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws IOException {
        Decision decision = decide(event);
        report(decision);
        HookJson.write(decision, answer);
    }

    private Decision decide(InputStream event) {
        try {
            return serials.claim(HookJson.read(event));
        } catch (IOException | RuntimeException e) {
            return new Decision.Refused(e.toString());
        }
    }

    private void report(Decision decision) {
        Map<String, Long> counts = new LinkedHashMap<>();
        switch (decision) {
            case Decision.Allowed(String thing, String type, boolean renewed) -> {
                counts.put(renewed ? "renewed" : "provisioned", 1L);
                System.out.printf("allowed: thing %s of type %s%n", thing, type);
            }
            case Decision.Refused(String why) -> {
                counts.put("refused", 1L);
                System.err.printf("refused: %s%n", why);
            }
        }
        metrics.print(counts, Map.of(), new Latencies());
    }
}
