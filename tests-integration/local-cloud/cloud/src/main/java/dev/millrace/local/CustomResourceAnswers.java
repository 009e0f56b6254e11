package dev.millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Where functions put their answers for custom resources. On AWS that is a presigned address of S3: whoever knows it may
/// put one small object there, with no header that was not signed.
final class CustomResourceAnswers implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    /// CloudFormation user guide: "The total size of the response body can't exceed 4096 bytes".
    private static final int ANSWER_BYTES_MAX = 4_096;

    private final HttpServer server;
    private final Map<String, CompletableFuture<JsonNode>> expected = new ConcurrentHashMap<>();

    private CustomResourceAnswers(HttpServer server) {
        this.server = server;
    }

    static CustomResourceAnswers open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        var answers = new CustomResourceAnswers(server);
        server.createContext("/", answers::handle);
        server.start();
        return answers;
    }

    /// @return what the function says, when it has said it
    CompletableFuture<JsonNode> expect(String request) {
        return expected.computeIfAbsent(request, _ -> new CompletableFuture<>());
    }

    String url(String request) {
        return "http://127.0.0.1:%d/%s?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=local".formatted(server.getAddress().getPort(), request);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            CompletableFuture<JsonNode> answer = expected.get(exchange.getRequestURI().getPath().substring(1));
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (answer == null || !exchange.getRequestMethod().equals("PUT") || !"local".equals(signature(exchange))) {
                refuse(exchange, "AccessDenied", "expected a PUT to a ResponseURL, unchanged, came %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI()));
            } else if (type != null && !type.isEmpty()) {
                refuse(exchange, "SignatureDoesNotMatch", "the ResponseURL was signed without a content type, came %s".formatted(type));
            } else {
                complete(answer, exchange.getRequestBody().readAllBytes());
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    /// What cannot be understood is the function's answer too: CloudFormation fails the resource for it.
    private static void complete(CompletableFuture<JsonNode> answer, byte[] body) {
        if (body.length > ANSWER_BYTES_MAX) {
            answer.complete(JSON.createObjectNode().put("Status", "an answer of %d bytes, more than %d".formatted(body.length, ANSWER_BYTES_MAX)));
            return;
        }
        try {
            answer.complete(JSON.readTree(body));
        } catch (JsonProcessingException _) {
            answer.complete(JSON.createObjectNode().put("Status", new String(body, UTF_8)));
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }

    private static String signature(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query == null ? null : query.substring(query.lastIndexOf('=') + 1);
    }

    private static void refuse(HttpExchange exchange, String code, String why) throws IOException {
        byte[] body = "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, why.replace("&", "&amp;")).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(403, body.length);
        exchange.getResponseBody().write(body);
    }
}
