package dev.millrace.local.frontdoor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// An answer of the front door itself in a shape that every AWS SDK turns into its service exception.
///
/// S3 and the query protocol speak XML; all others read the code from the header `x-amzn-errortype` and the message
/// from a body as the request was, CBOR or JSON.
record AwsError(int status, String code, String message) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new CBORMapper();

    void send(HttpExchange exchange, String service) throws IOException {
        String contentType = exchange.getRequestHeaders().getFirst("Content-Type");
        boolean form = contentType != null && contentType.startsWith("application/x-www-form-urlencoded");
        String error = "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, escaped(message));
        if (service.equals("s3")) {
            send(exchange, "application/xml", error.getBytes(StandardCharsets.UTF_8));
        } else if (form) {
            send(exchange, "text/xml", ("<ErrorResponse>" + error + "</ErrorResponse>").getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.getResponseHeaders().set("x-amzn-errortype", code);
            Map<String, String> body = Map.of("__type", code, "message", message);
            if (contentType != null && contentType.contains("cbor")) {
                send(exchange, contentType, CBOR.writeValueAsBytes(body));
            } else {
                send(exchange, "application/json", JSON.writeValueAsBytes(body));
            }
        }
    }

    private void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("x-amzn-requestid", "local-front-door");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
