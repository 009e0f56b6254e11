package dev.millrace.local.frontdoor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// As much of S3 as shows whether a proxy keeps requests and answers whole: objects by path, AWS chunk framing,
/// conditions, ranges, HEAD.
final class TinyS3 implements AutoCloseable {
    private final HttpServer server;
    final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    TinyS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod()) {
                case "PUT" -> put(exchange, path, body);
                case "GET", "HEAD" -> get(exchange, path);
                case "DELETE" -> {
                    objects.remove(path);
                    exchange.sendResponseHeaders(204, -1);
                }
                default -> exchange.sendResponseHeaders(501, -1);
            }
        }
    }

    private void put(HttpExchange exchange, String path, byte[] body) throws IOException {
        boolean framed = String.valueOf(exchange.getRequestHeaders().getFirst("x-amz-content-sha256")).startsWith("STREAMING-");
        byte[] object = framed ? unframed(body) : body;
        if (exchange.getRequestHeaders().containsKey("If-None-Match") && objects.putIfAbsent(path, object) != null) {
            byte[] error = "<Error><Code>PreconditionFailed</Code><Message>it is there</Message></Error>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(412, error.length);
            exchange.getResponseBody().write(error);
            return;
        }
        objects.put(path, object);
        exchange.getResponseHeaders().set("ETag", "\"etag\"");
        exchange.sendResponseHeaders(200, -1);
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        byte[] object = objects.get(path);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (object == null) {
            exchange.sendResponseHeaders(404, -1);
        } else if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(object.length));
            exchange.sendResponseHeaders(200, -1);
        } else if (exchange.getRequestHeaders().containsKey("If-None-Match")) {
            exchange.sendResponseHeaders(304, -1);
        } else if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-3/" + object.length);
            exchange.sendResponseHeaders(206, 4);
            exchange.getResponseBody().write(object, 0, 4);
        } else {
            // without a length, as some servers answer: chunked
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(object);
        }
    }

    /// Takes `size[;extension]\r\n bytes \r\n … 0\r\n trailers` apart.
    private static byte[] unframed(byte[] body) {
        var object = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int end = at;
            while (body[end] != '\r') {
                end++;
            }
            String header = new String(body, at, end - at, StandardCharsets.ISO_8859_1);
            int size = Integer.parseInt(header.split(";", -1)[0], 16);
            if (size == 0) {
                return object.toByteArray();
            }
            object.writeBytes(Arrays.copyOfRange(body, end + 2, end + 2 + size));
            at = end + 2 + size + 2;
        }
    }
}
