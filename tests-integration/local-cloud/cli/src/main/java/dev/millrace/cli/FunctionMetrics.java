package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.kinesis.Latencies;
import dev.millrace.local.lambda.LogLine;
import java.util.function.Consumer;

/// Reads the functions' metrics where CloudWatch reads them: in their logs.
final class FunctionMetrics implements Consumer<LogLine> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HISTOGRAM = "latency_histogram";

    private final Latencies latencies = new Latencies();

    @Override
    public void accept(LogLine line) {
        if (!line.text().contains(HISTOGRAM)) {
            return;
        }
        try {
            JsonNode histogram = JSON.readTree(line.text()).path(HISTOGRAM);
            synchronized (latencies) {
                histogram.properties().forEach(bucket -> latencies.addBucket(Long.parseLong(bucket.getKey()), bucket.getValue().asLong()));
            }
        } catch (JsonProcessingException _) {
            // half a line of a function that was killed
        }
    }

    /// From measurement to stored.
    Report.Latency latency() {
        synchronized (latencies) {
            return new Report.Latency(latencies.count(), latencies.quantile(0.5), latencies.quantile(0.99));
        }
    }
}
