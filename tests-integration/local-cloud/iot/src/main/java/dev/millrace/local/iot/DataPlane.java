package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operations of AWS IoT's data plane that come by HTTP, not by MQTT: Publish, and GetThingShadow, UpdateThingShadow and
/// DeleteThingShadow of named shadows (AWS IoT API reference, "AWS IoT data"). What comes here has passed no device's policy:
/// IAM decides about it on AWS.
final class DataPlane implements HttpHandler {
    /// Before it the paths are those of AWS.
    static final String PATH = "/iot-data";
    private static final String TOPICS = PATH + "/topics/";
    private static final Pattern SHADOW = Pattern.compile(PATH + "/things/([^/]+)/shadow");
    /// What the SQL function `clientid()` gives for a message that did not come by MQTT.
    private static final String NO_CLIENT = "n/a";
    private static final String MQTT5_HEADER = "x-amz-mqtt5-";
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    private final RulesEngine rules;
    private final Gates gates;
    private final Metrics metrics;
    private final InstantSource clock;
    private final Supplier<UUID> uuids;

    DataPlane(RulesEngine rules, Gates gates, Metrics metrics, InstantSource clock, Supplier<UUID> uuids) {
        this.rules = requireNonNull(rules, "rules is null");
        this.gates = requireNonNull(gates, "gates is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.uuids = requireNonNull(uuids, "uuids is null");
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ObjectNode answer;
            int status = 200;
            try {
                answer = answer(exchange);
            } catch (RequestRefused e) {
                status = e.statusCode();
                answer = refused(exchange, e);
            } catch (RuntimeException e) {
                LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                status = 500;
                answer = refused(exchange, new RequestRefused(status, "InternalFailureException", e.toString()));
            }
            byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static ObjectNode refused(HttpExchange exchange, RequestRefused why) {
        exchange.getResponseHeaders().set("x-amzn-errortype", why.errorCode());
        return JsonMembers.MAPPER.createObjectNode().put("message", why.getMessage());
    }

    private ObjectNode answer(HttpExchange exchange) throws IOException, RequestRefused {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> query = query(exchange);
        if (exchange.getRequestMethod().equals("POST") && path.startsWith(TOPICS)) {
            return publish(path.substring(TOPICS.length()), query, exchange);
        }
        Optional<ShadowTopic> shadow = shadow(exchange.getRequestMethod(), path, query);
        if (shadow.isPresent()) {
            byte[] request = exchange.getRequestBody().readNBytes(PublishCheck.PAYLOAD_BYTES_MAX);
            metrics.bill(Metrics.Billed.SHADOW_OPERATIONS, request.length);
            return gates.shadows().ask(shadow.get(), request);
        }
        throw notSimulated("of the data plane only Publish and named shadows are simulated, not %s %s"
                .formatted(exchange.getRequestMethod(), path.substring(PATH.length())));
    }

    /// By HTTP a shadow is named in path and query; by its topic it is the same one.
    private static Optional<ShadowTopic> shadow(String method, String path, Map<String, String> query) {
        String request = switch (method) {
            case "GET" -> "get";
            case "POST" -> "update";
            case "DELETE" -> "delete";
            default -> "";
        };
        Matcher thing = SHADOW.matcher(path);
        return thing.matches() ? ShadowTopic.of("$aws/things/%s/shadow/name/%s/%s".formatted(thing.group(1), query.get("name"), request)) : Optional.empty();
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getQuery();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            String[] nameAndValue = pair.split("=", 2);
            query.put(nameAndValue[0], nameAndValue.length == 2 ? nameAndValue[1] : "");
        }
        return query;
    }

    private ObjectNode publish(String topic, Map<String, String> query, HttpExchange exchange) throws IOException, RequestRefused {
        byte[] payload = exchange.getRequestBody().readNBytes(PublishCheck.PAYLOAD_BYTES_MAX + 1);
        Qos qos;
        try {
            qos = qos(query);
            requireSimulated(query, exchange);
            requirePublishable(topic, payload);
        } catch (RequestRefused e) {
            metrics.count(Metrics.Total.PUBLISH_CLIENT_ERROR);
            throw e;
        }
        UUID trace = uuids.get();
        if (!rules.publish(new Message(topic, NO_CLIENT, payload, clock.instant(), trace))) {
            metrics.count(Metrics.Total.PUBLISH_THROTTLE);
            throw new RequestRefused(429, "ThrottlingException", "the rules engine has no room or is closing");
        }
        gates.publish(topic, qos, payload).orTimeout(DELIVERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
        metrics.count(Metrics.Total.PUBLISH_SUCCESS);
        metrics.bill(Metrics.Billed.MESSAGES, payload.length + topic.getBytes(StandardCharsets.UTF_8).length);
        return JsonMembers.MAPPER.createObjectNode().put("message", "OK").put("traceId", trace.toString());
    }

    private static RequestRefused invalid(String message) {
        return RequestRefused.invalid("InvalidRequestException", message);
    }

    private static RequestRefused notSimulated(String message) {
        return new RequestRefused(501, "NotSimulated", message);
    }

    private static Qos qos(Map<String, String> query) throws RequestRefused {
        return switch (query.getOrDefault("qos", "0")) {
            case "0" -> Qos.AT_MOST_ONCE;
            case "1" -> Qos.AT_LEAST_ONCE;
            default -> throw invalid("qos: expected 0 or 1, is " + query.get("qos"));
        };
    }

    private static void requireSimulated(Map<String, String> query, HttpExchange exchange) throws RequestRefused {
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            if (!parameter.getKey().equals("qos") && !(parameter.getKey().equals("retain") && parameter.getValue().equals("false"))) {
                throw notSimulated("Publish with %s=%s is not simulated".formatted(parameter.getKey(), parameter.getValue()));
            }
        }
        for (String header : exchange.getRequestHeaders().keySet()) {
            if (header.regionMatches(true, 0, MQTT5_HEADER, 0, MQTT5_HEADER.length())) {
                throw notSimulated("Publish with the header %s is not simulated".formatted(header));
            }
        }
    }

    private static void requirePublishable(String topic, byte[] payload) throws RequestRefused {
        Optional<String> problem = PublishCheck.topicProblem(topic);
        if (problem.isPresent()) {
            throw invalid(problem.get());
        }
        if (topic.isEmpty() || topic.chars().anyMatch(character -> character == '+' || character == '#' || character == 0)) {
            throw invalid("a topic has at least one character, and neither + nor # nor NUL");
        }
        if (topic.startsWith("$")) {
            throw invalid("topics beginning with $ are reserved");
        }
        if (payload.length > PublishCheck.PAYLOAD_BYTES_MAX) {
            throw new RequestRefused(413, "RequestEntityTooLargeException", "payload of more than %d bytes".formatted(PublishCheck.PAYLOAD_BYTES_MAX));
        }
    }
}
