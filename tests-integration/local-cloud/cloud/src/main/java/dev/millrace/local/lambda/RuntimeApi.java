package dev.millrace.local.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// The Lambda Runtime API for one environment (Lambda developer guide, "Using the Lambda runtime API"): `next`, `response`,
/// `error`, `init/error`. Every environment has its own port, because the pending `next` of a runtime that was killed would
/// swallow an event that is meant for its successor.
final class RuntimeApi implements AutoCloseable {
    static final int PAYLOAD_BYTES_MAX = 6 << 20;
    private static final String ROOT = "/2018-06-01/runtime/";
    private static final String INVOCATIONS = ROOT + "invocation/";

    static {
        // read once, when the first server of the JVM is made; without it each call waits for a delayed acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FunctionSpec function;
    private final InstantSource clock;
    private final LinkedBlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>(1);
    private final CompletableFuture<Long> ready = new CompletableFuture<>();
    private final CompletableFuture<InvocationResult.FunctionError> initError = new CompletableFuture<>();
    private volatile Invocation running;

    RuntimeApi(FunctionSpec function, InstantSource clock) throws IOException {
        this.function = function;
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /// As the runtime interface client wants it in `AWS_LAMBDA_RUNTIME_API`.
    String address() {
        return "%s:%d".formatted(server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
    }

    /// Complete, with `System.nanoTime()`, when the function has asked for its first event.
    CompletableFuture<Long> ready() {
        return ready;
    }

    /// Complete when the function could not be initialised.
    CompletableFuture<InvocationResult.FunctionError> initError() {
        return initError;
    }

    /// Hands over to the function's pending `next`.
    void offer(Invocation invocation) {
        if (!waiting.offer(invocation)) {
            throw new IllegalStateException("an environment takes one invocation at a time");
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals(INVOCATIONS + "next")) {
                next(exchange);
            } else if (path.equals(ROOT + "init/error")) {
                byte[] body = exchange.getRequestBody().readNBytes(PAYLOAD_BYTES_MAX);
                initError.complete(new InvocationResult.FunctionError(errorType(exchange), body));
                exchange.sendResponseHeaders(202, -1);
            } else if (path.startsWith(INVOCATIONS) && path.endsWith("/response")) {
                end(exchange, path, false);
            } else if (path.startsWith(INVOCATIONS) && path.endsWith("/error")) {
                end(exchange, path, true);
            } else {
                answer(exchange, 404, "{\"errorMessage\":\"the local Runtime API does not do this: %s\"}".formatted(path));
            }
        }
    }

    private void next(HttpExchange exchange) throws IOException {
        ready.complete(System.nanoTime());
        Invocation invocation;
        try {
            invocation = waiting.take();
        } catch (InterruptedException _) {
            // the environment is being closed: the function sees its connection end
            Thread.currentThread().interrupt();
            return;
        }
        running = invocation;
        Duration timeout = function.timeout();
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
        headers.set("Lambda-Runtime-Deadline-Ms", String.valueOf(clock.millis() + timeout.toMillis()));
        headers.set("Lambda-Runtime-Invoked-Function-Arn", function.arn());
        exchange.sendResponseHeaders(200, invocation.payload().length == 0 ? -1 : invocation.payload().length);
        if (invocation.payload().length > 0) {
            exchange.getResponseBody().write(invocation.payload());
        }
    }

    private void end(HttpExchange exchange, String path, boolean failed) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(PAYLOAD_BYTES_MAX + 1);
        Invocation invocation = running;
        String id = path.substring(INVOCATIONS.length(), path.lastIndexOf('/'));
        if (invocation == null || !invocation.id().equals(id)) {
            answer(exchange, 400, "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}");
            return;
        }
        running = null;
        boolean tooLarge = body.length > PAYLOAD_BYTES_MAX;
        String message = "{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (%d bytes).\","
                .formatted(PAYLOAD_BYTES_MAX) + "\"errorType\":\"Function.ResponseSizeTooLarge\"}";
        exchange.getRequestBody().skip(Long.MAX_VALUE);
        // AWS answers 413 to what is too large; the function lives on, so here it is accepted and not used
        exchange.sendResponseHeaders(202, -1);
        if (tooLarge) {
            invocation.result().complete(
                    new InvocationResult.FunctionError("Function.ResponseSizeTooLarge", message.getBytes(UTF_8)));
        } else if (failed) {
            invocation.result().complete(new InvocationResult.FunctionError(errorType(exchange), body));
        } else {
            invocation.result().complete(new InvocationResult.Succeeded(body));
        }
    }

    private static String errorType(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type"))
                .orElse("Unhandled");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
