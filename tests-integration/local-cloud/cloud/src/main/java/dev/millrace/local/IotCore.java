package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.local.frontdoor.HttpProxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /// The operations of the data plane that come by HTTP.
    HttpHandler dataPlane() {
        return HttpProxy.to("iotdata", URI.create("http://127.0.0.1:%d/iot-data".formatted(controlPort())));
    }

    private int controlPort() {
        return process.ready().path("control").asInt();
    }

    /// Rule actions that were accepted and have not ended yet.
    long pendingActions() throws IOException, InterruptedException {
        return metrics().path("pendingActions").asLong();
    }

    /// The counters of the stand-in under the names that AWS IoT gives them.
    JsonNode metrics() throws IOException, InterruptedException {
        return control("GET", "/metrics", "");
    }

    /// Makes a certificate that is attached to no thing, `<name>.cert.pem` and `<name>.key.pem`.
    ///
    /// @return its id
    String createCertificate(String name, String policy) throws IOException, InterruptedException {
        return control("PUT", "/certificates", JSON.createObjectNode().put("name", name).put("policy", policy).toString()).path("certificateId").asText();
    }

    void setCertificateStatus(String certificateId, String status) throws IOException, InterruptedException {
        control("PUT", "/certificates/%s?newStatus=%s".formatted(certificateId, status), "");
    }

    /// Id to status, the oldest first; none if there is no such thing.
    Map<String, String> certificatesOf(String thing) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", "/things/" + thing, "");
        if (response.statusCode() == 404) {
            return Map.of();
        }
        Map<String, String> statuses = new LinkedHashMap<>();
        answer(response).path("certificates").forEach(entry -> statuses.put(entry.path("certificateId").asText(), entry.path("status").asText()));
        return statuses;
    }

    /// @return whether the client was connected
    boolean disconnect(String clientId) throws IOException, InterruptedException {
        HttpResponse<String> response = send("DELETE", "/connections/" + clientId, "");
        if (response.statusCode() == 404) {
            return false;
        }
        answer(response);
        return true;
    }

    private JsonNode control(String method, String path, String body) throws IOException, InterruptedException {
        return answer(send(method, path, body));
    }

    private static JsonNode answer(HttpResponse<String> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(response.uri(), response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        process.requireAlive();
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(controlPort(), path));
        return http.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).timeout(ANSWERS_WITHIN).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.close();
        http.close();
    }
}
