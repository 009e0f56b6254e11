package dev.millrace.local.iot;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// Kinesis PutRecord, in JSON, S3 PutObject and Lambda Invoke, as far as the tests need them.
final class FakeAws implements AutoCloseable {
    record PutRecord(String stream, String partitionKey, byte[] data) {}

    private final BlockingQueue<PutRecord> records = new LinkedBlockingQueue<>();
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private volatile boolean kinesisDown;
    private volatile String functionAnswer = "";
    private volatile CountDownLatch open = new CountDownLatch(0);

    FakeAws() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    BlockingQueue<PutRecord> records() {
        return records;
    }

    /// By `bucket/key`.
    Map<String, byte[]> objects() {
        return objects;
    }

    void kinesisDown(boolean down) {
        kinesisDown = down;
    }

    /// What every function answers from now on.
    void function(String answer) {
        functionAnswer = answer;
    }

    /// Lets PutRecord wait until it is released.
    void hold() {
        open = new CountDownLatch(1);
    }

    void release() {
        open.countDown();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 200;
            String answer = "";
            if (exchange.getRequestMethod().equals("PUT")) {
                objects.put(exchange.getRequestURI().getPath().substring(1), body);
            } else if (exchange.getRequestURI().getPath().endsWith("/invocations")) {
                answer = functionAnswer;
            } else if (kinesisDown) {
                status = 400;
                answer = "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no such stream\"}";
            } else {
                awaitOpen();
                JsonNode request = JsonMembers.MAPPER.readTree(body);
                records.add(new PutRecord(request.path("StreamName").asText(), request.path("PartitionKey").asText(),
                        Base64.getDecoder().decode(request.path("Data").asText())));
                answer = "{\"ShardId\":\"shardId-000000000000\",\"SequenceNumber\":\"1\"}";
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private void awaitOpen() throws IOException {
        try {
            open.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
