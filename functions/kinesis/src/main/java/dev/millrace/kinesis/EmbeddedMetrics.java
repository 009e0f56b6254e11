package dev.millrace.kinesis;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Metrics as CloudWatch takes them from a function's log: one JSON line in the embedded metric format (Amazon
/// CloudWatch user guide, "Specification: Embedded metric format"). No library, because this is all we need of one.
public final class EmbeddedMetrics {
    /// The CloudWatch namespace.
    public static final String NAMESPACE = "Millrace";
    private static final JsonFactory JSON = new JsonFactory();

    private final String function;
    private final PrintStream out;
    private final InstantSource clock;

    /// @param function the value of the dimension `function`
    /// @param out      the function's standard output
    public EmbeddedMetrics(String function, PrintStream out, InstantSource clock) {
        this.function = requireNonNull(function, "function is null");
        this.out = requireNonNull(out, "out is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// Prints counts and durations as metrics, and with latencies their median, 99th percentile and maximum as metrics and
    /// the whole histogram as the property `latency_histogram`.
    ///
    /// @param durations in milliseconds
    public void print(Map<String, Long> counts, Map<String, Long> durations, Latencies latencies) {
        Map<String, Long> millis = new LinkedHashMap<>(durations);
        if (latencies.count() > 0) {
            millis.put("latency_p50", latencies.quantile(0.5));
            millis.put("latency_p99", latencies.quantile(0.99));
            millis.put("latency_max", latencies.quantile(1));
        }
        var line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            writeDirective(json, counts, millis);
            json.writeStringField("function", function);
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            for (Map.Entry<String, Long> one : millis.entrySet()) {
                json.writeNumberField(one.getKey(), one.getValue());
            }
            json.writeObjectFieldStart("latency_histogram");
            for (Map.Entry<Long, Long> bucket : latencies.buckets().entrySet()) {
                json.writeNumberField(bucket.getKey().toString(), bucket.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(line);
    }

    private void writeDirective(JsonGenerator json, Map<String, Long> counts, Map<String, Long> millis) throws IOException {
        json.writeObjectFieldStart("_aws");
        json.writeNumberField("Timestamp", clock.millis());
        json.writeArrayFieldStart("CloudWatchMetrics");
        json.writeStartObject();
        json.writeStringField("Namespace", NAMESPACE);
        json.writeArrayFieldStart("Dimensions");
        json.writeStartArray();
        json.writeString("function");
        json.writeEndArray();
        json.writeEndArray();
        json.writeArrayFieldStart("Metrics");
        for (String name : counts.keySet()) {
            writeMetric(json, name, "Count");
        }
        for (String name : millis.keySet()) {
            writeMetric(json, name, "Milliseconds");
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeMetric(JsonGenerator json, String name, String unit) throws IOException {
        json.writeStartObject();
        json.writeStringField("Name", name);
        json.writeStringField("Unit", unit);
        json.writeEndObject();
    }
}
