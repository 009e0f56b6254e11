package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What AWS offers in its control plane and in CloudWatch, as far as a run on one machine needs it:
/// `GET /metrics`, `PUT /things`, `GET /things/<thing>`, `PUT /certificates`, `PUT /certificates/<id>?newStatus=…`,
/// `DELETE /connections/<clientId>`; and below [DataPlane#PATH] the data plane. On 127.0.0.1 only.
final class ControlServer implements AutoCloseable {
    /// 100,000 names of things fit.
    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final String CONNECTIONS = "/connections/";
    private static final String CERTIFICATES = "/certificates/";
    private static final String THINGS = "/things/";
    private static final String NEW_STATUS = "newStatus=";
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private record Answer(int status, ObjectNode body) {}

    private final Metrics metrics;
    private final RulesEngine rules;
    private final Things things;
    private final Registry registry;
    private final List<Policy> policies;
    private final Gates gates;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ControlServer(Metrics metrics, RulesEngine rules, Things things, Registry registry, List<Policy> policies, Gates gates, DataPlane dataPlane)
            throws IOException {
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.rules = requireNonNull(rules, "rules is null");
        this.things = requireNonNull(things, "things is null");
        this.policies = List.copyOf(policies);
        this.registry = requireNonNull(registry, "registry is null");
        this.gates = requireNonNull(gates, "gates is null");
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.createContext(DataPlane.PATH, requireNonNull(dataPlane, "dataPlane is null"));
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
            ObjectNode counted = metrics.toJson().put("pendingActions", rules.pending());
            counted.withObject("/billed").put("connectionMinutes", gates.connectionMinutes().total());
            return new Answer(200, counted);
        }
        if (request.equals("PUT /things")) {
            return register(exchange);
        }
        if (request.startsWith("DELETE " + CONNECTIONS) && path.length() > CONNECTIONS.length()) {
            // a '+' is a plain character in a path
            String clientId = URLDecoder.decode(path.substring(CONNECTIONS.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            return gates.disconnect(clientId) ? message(200, "disconnected") : message(404, "no such client is connected: " + clientId);
        }
        if (request.startsWith("GET " + THINGS)) {
            return thing(path.substring(THINGS.length()));
        }
        if (request.equals("PUT /certificates")) {
            return registerWithoutThing(exchange);
        }
        if (request.startsWith("PUT " + CERTIFICATES)) {
            return setStatus(path.substring(CERTIFICATES.length()), exchange.getRequestURI().getQuery());
        }
        return message(404, ("%s is not known; known are GET /metrics, PUT /things, GET /things/<thing>, PUT /certificates, "
                + "PUT /certificates/<id>?newStatus=<status>, DELETE /connections/<clientId>").formatted(request));
    }

    /// The certificates of a thing, the oldest first.
    private Answer thing(String name) {
        List<Registry.Entry> entries = registry.allOfThing(name);
        if (entries.isEmpty()) {
            return message(404, "no such thing: " + name);
        }
        ObjectNode thing = JsonMembers.MAPPER.createObjectNode().put("thing", name);
        ArrayNode certificates = thing.putArray("certificates");
        entries.forEach(entry -> certificates.addObject().put("certificateId", entry.certificateId()).put("status", entry.status().name()));
        return new Answer(200, thing);
    }

    /// As UpdateCertificate does, and AWS IoT some minutes later.
    private Answer setStatus(String certificateId, String query) throws IOException {
        if (query == null || !query.startsWith(NEW_STATUS)) {
            throw new IllegalArgumentException("newStatus is missing");
        }
        if (!registry.setStatus(certificateId, Registry.status("newStatus", query.substring(NEW_STATUS.length())))) {
            return message(404, "no such certificate: " + certificateId);
        }
        gates.disconnectHolders(certificateId);
        return message(200, "the certificate has its new status");
    }

    private Answer registerWithoutThing(HttpExchange exchange) throws IOException, GeneralSecurityException {
        JsonMembers body = body(exchange).only("name", "policy");
        IotConfig.requirePolicy("body.policy", policies, body.text("policy"));
        String certificateId = things.registerWithoutThing(body.text("name"), body.text("policy"));
        return new Answer(200, JsonMembers.MAPPER.createObjectNode().put("certificateId", certificateId));
    }

    private Answer register(HttpExchange exchange) throws IOException, GeneralSecurityException {
        IotConfig.Fleet fleet = IotConfig.fleet(body(exchange));
        IotConfig.requirePolicy("body.policy", policies, fleet.policy());
        things.register(fleet.things(), fleet.policy());
        return new Answer(200, JsonMembers.MAPPER.createObjectNode().put("certs", things.certificates().toString()));
    }

    private static JsonMembers body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException("a body has at most %d bytes".formatted(BODY_BYTES_MAX));
        }
        return JsonMembers.parse("body", new String(body, StandardCharsets.UTF_8));
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
