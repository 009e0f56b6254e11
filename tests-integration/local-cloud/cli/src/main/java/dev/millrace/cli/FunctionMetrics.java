package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.kinesis.Latencies;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Reads the functions' metrics where CloudWatch would: in their logs.
final class FunctionMetrics {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HISTOGRAM = "latency_histogram";

    private FunctionMetrics() {
    }

    /// Latency from measurement to stored, over all log files below a directory.
    static Report.Latency latency(Path directory) throws IOException {
        var latencies = new Latencies();
        List<Path> logs;
        try (Stream<Path> files = Files.walk(directory)) {
            logs = files.filter(file -> file.toString().endsWith(".log")).toList();
        }
        for (Path log : logs) {
            try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.contains(HISTOGRAM)) {
                        JsonNode histogram = JSON.readTree(line.substring(line.indexOf('{'))).get(HISTOGRAM);
                        histogram.properties().forEach(bucket -> latencies.addBucket(Long.parseLong(bucket.getKey()), bucket.getValue().asLong()));
                    }
                }
            }
        }
        return new Report.Latency(latencies.count(), latencies.quantile(0.5), latencies.quantile(0.99));
    }
}
