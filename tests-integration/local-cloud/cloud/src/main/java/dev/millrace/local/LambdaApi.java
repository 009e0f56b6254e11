package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millrace.local.lambda.FunctionInvoker;
import dev.millrace.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The operation Invoke of Lambda, synchronous, as other services of AWS and clients call it (Lambda API reference,
/// "Invoke"). A qualifier is ignored: a function has one version here.
final class LambdaApi implements HttpHandler {
    private static final Pattern INVOKE = Pattern.compile("/2015-03-31/functions/(?:arn:[^/]*:function:)?([^/:]+)(?::[^/]*)?/invocations");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// The functions start after the front door that leads to them.
    private volatile FunctionInvoker functions = (name, _) -> {
        throw new IllegalArgumentException("no such function yet: " + name);
    };

    void serve(FunctionInvoker invoker) {
        functions = requireNonNull(invoker, "invoker is null");
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        // getPath, not getRawPath: a client may name a function by its ARN, with %3A for the colons
        Matcher invoke = INVOKE.matcher(exchange.getRequestURI().getPath());
        String type = exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type");
        if (!exchange.getRequestMethod().equals("POST") || !invoke.matches() || (type != null && !type.equals("RequestResponse"))) {
            refuse(exchange, 501, "NotSimulated", "of Lambda only the synchronous Invoke is simulated, not %s %s %s"
                    .formatted(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), type));
            return;
        }
        byte[] event = exchange.getRequestBody().readAllBytes();
        try {
            answer(exchange, functions.invoke(invoke.group(1), event));
        } catch (IllegalArgumentException e) {
            refuse(exchange, 404, "ResourceNotFoundException", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(exchange, 503, "ServiceUnavailable", "the local cloud is ending");
        }
    }

    /// An error of the function is no error of the call.
    private static void answer(HttpExchange exchange, InvocationResult result) throws IOException {
        switch (result) {
            case InvocationResult.Succeeded(byte[] response) -> send(exchange, 200, response);
            case InvocationResult.FunctionError(String _, byte[] body) -> failed(exchange, body);
            case InvocationResult.TimedOut() -> failed(exchange, message("Task timed out"));
            case InvocationResult.Crashed(int exitCode, String _) -> failed(exchange, message("Runtime exited with exit status " + exitCode));
        }
    }

    private static void failed(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
        send(exchange, 200, body);
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getResponseHeaders().set("x-amzn-errortype", code);
        send(exchange, status, JSON.writeValueAsBytes(Map.of("Type", "User", "Message", message)));
    }

    private static byte[] message(String text) {
        return "{\"errorMessage\":\"%s\"}".formatted(text).getBytes(StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
