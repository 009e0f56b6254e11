package dev.millrace.sweep;

import static java.util.Objects.requireNonNull;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.millrace.kinesis.EmbeddedMetrics;
import dev.millrace.kinesis.Environment;
import dev.millrace.kinesis.Latencies;
import dev.millrace.pipeline.Deadline;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// Lambda handler on a schedule; what the event says does not matter. Environment: `STATES_TABLE`, `STREAM_NAME`.
public final class SweepHandler implements RequestStreamHandler {
    private final Sweeper sweeper;
    private final EmbeddedMetrics metrics;

    /// As Lambda makes it.
    public SweepHandler() {
        this(new Environment("sweep", System.getenv()));
    }

    private SweepHandler(Environment environment) {
        // SecureRandom, because any other generator goes on from the same state in every copy of a snapshot
        this(new Sweeper(new DynamoDbIdleThings(DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build(), environment.required("STATES_TABLE")),
                        new KinesisSweepStream(KinesisClient.builder().httpClient(UrlConnectionHttpClient.create()).build(), environment.required("STREAM_NAME")),
                        InstantSource.system(), new SecureRandom(), Thread::sleep),
                new EmbeddedMetrics("sweep", System.out, InstantSource.system()));
    }

    SweepHandler(Sweeper sweeper, EmbeddedMetrics metrics) {
        this.sweeper = requireNonNull(sweeper, "sweeper is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    @Override
    public void handleRequest(InputStream event, OutputStream answer, Context context) throws InterruptedIOException {
        try {
            report(sweeper.run(context == null ? Deadline.NONE : context::getRemainingTimeInMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void report(Sweeper.Outcome outcome) {
        if (outcome.unfinished() > 0) {
            System.err.printf("not all states were scanned: %d of %d segments were not read to their end, the next run begins elsewhere%n",
                    outcome.unfinished(), Sweeper.SEGMENTS);
        }
        if (outcome.failed() > 0) {
            System.err.printf("%d of %d idle things were not swept, the next run finds them again%n", outcome.failed(), outcome.idle());
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("scanned", outcome.scanned());
        counts.put("idle", outcome.idle());
        counts.put("swept", outcome.swept());
        counts.put("failed", outcome.failed());
        counts.put("unfinished", outcome.unfinished());
        metrics.print(counts, Map.of(), new Latencies());
    }
}
