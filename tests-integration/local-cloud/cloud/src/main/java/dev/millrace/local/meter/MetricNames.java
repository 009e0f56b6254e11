package dev.millrace.local.meter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.lambda.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The metrics that functions publish by the embedded metric format: CloudWatch bills each name with each set of dimensions
/// for each hour in which it comes.
public final class MetricNames implements Consumer<LogLine> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<List<String>> names = ConcurrentHashMap.newKeySet();

    public int count() {
        return names.size();
    }

    @Override
    public void accept(LogLine line) {
        if (!line.text().contains("\"CloudWatchMetrics\"")) {
            return;
        }
        try {
            JsonNode root = JSON.readTree(line.text());
            for (JsonNode directive : root.path("_aws").path("CloudWatchMetrics")) {
                for (JsonNode dimensions : directive.path("Dimensions")) {
                    directive.path("Metrics").forEach(metric -> names.add(name(root, directive.path("Namespace").asText(), dimensions, metric.path("Name").asText())));
                }
            }
        } catch (JsonProcessingException _) {
            // half a line of a function that was killed
        }
    }

    private static List<String> name(JsonNode root, String namespace, JsonNode dimensions, String metric) {
        List<String> name = new ArrayList<>(List.of(namespace, metric));
        dimensions.forEach(dimension -> name.add(dimension.asText() + "=" + root.path(dimension.asText()).asText()));
        return List.copyOf(name);
    }
}
