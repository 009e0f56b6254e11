package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/// The process that plays IoT Core, and its control endpoint.
final class IotCore implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

    private final ChildProcess process;
    private final HttpClient http = HttpClient.newHttpClient();

    IotCore(ChildProcess process) {
        this.process = process;
    }

    int mqttPort() {
        return process.ready().path("port").asInt();
    }

    Path caFile() {
        return Path.of(process.ready().path("ca").asText());
    }

    Path certificates() {
        return Path.of(process.ready().path("certs").asText());
    }

    /// Rule actions that were accepted and have not ended yet.
    long pendingActions() throws IOException, InterruptedException {
        return metrics().path("pendingActions").asLong();
    }

    /// The counters of the stand-in under the names that AWS IoT gives them.
    JsonNode metrics() throws IOException, InterruptedException {
        process.requireAlive();
        URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(process.ready().path("control").asInt()));
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(metrics).timeout(ANSWERS_WITHIN).build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(metrics, response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }
}
