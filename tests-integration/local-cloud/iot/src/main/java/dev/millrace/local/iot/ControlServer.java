package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What AWS offers in its control plane and in CloudWatch, as far as a run on one machine needs it:
/// `GET /metrics`, `PUT /things`, `DELETE /connections/<clientId>`. On 127.0.0.1 only.
final class ControlServer implements AutoCloseable {
    /// 100,000 names of things fit.
    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final String CONNECTIONS = "/connections/";
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private record Answer(int status, ObjectNode body) {}

    private final Metrics metrics;
    private final RulesEngine rules;
    private final Things things;
    private final List<Policy> policies;
    private final Predicate<String> kick;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param kick closes the connection of a client id and tells whether there was one
    ControlServer(Metrics metrics, RulesEngine rules, Things things, List<Policy> policies, Predicate<String> kick) throws IOException {
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.rules = requireNonNull(rules, "rules is null");
        this.things = requireNonNull(things, "things is null");
        this.policies = List.copyOf(policies);
        this.kick = requireNonNull(kick, "kick is null");
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (IllegalArgumentException e) {
                answer = message(400, e.getMessage());
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                answer = message(500, e.toString());
            }
            byte[] body = answer.body().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException, GeneralSecurityException {
        String path = exchange.getRequestURI().getRawPath();
        String request = exchange.getRequestMethod() + " " + path;
        if (request.equals("GET /metrics")) {
            return new Answer(200, metrics.toJson().put("pendingActions", rules.pending()));
        }
        if (request.equals("PUT /things")) {
            return register(exchange);
        }
        if (request.startsWith("DELETE " + CONNECTIONS) && path.length() > CONNECTIONS.length()) {
            // a '+' is a plain character in a path
            String clientId = URLDecoder.decode(path.substring(CONNECTIONS.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            return kick.test(clientId) ? message(200, "disconnected") : message(404, "no such client is connected: " + clientId);
        }
        return message(404, "%s is not known; known are GET /metrics, PUT /things, DELETE /connections/<clientId>".formatted(request));
    }

    private Answer register(HttpExchange exchange) throws IOException, GeneralSecurityException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            return message(413, "a body has at most %d bytes".formatted(BODY_BYTES_MAX));
        }
        IotConfig.Fleet fleet = IotConfig.fleet(JsonMembers.parse("body", new String(body, StandardCharsets.UTF_8)));
        IotConfig.requirePolicy("body.policy", policies, fleet.policy());
        things.register(fleet.things(), fleet.policy());
        return new Answer(200, JsonMembers.MAPPER.createObjectNode().put("certs", things.certificates().toString()));
    }

    private static Answer message(int status, String message) {
        return new Answer(status, JsonMembers.MAPPER.createObjectNode().put("message", message));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
