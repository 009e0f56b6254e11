package dev.millrace.local.frontdoor;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/// Hands a call on to a server in another process, bytes as they come in both directions.
///
/// Path and query go on as they were sent, still encoded. Of the headers only those go that concern more than one
/// connection (RFC 9110, 7.6.1); `Host` becomes that of the target, which is harmless as no stand-in verifies
/// signatures. Bodies are streamed, so the AWS chunk framing of uploads passes untouched.
public final class HttpProxy implements HttpHandler {
    private static final Set<String> NOT_PASSED_ON = Set.of("connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
            "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length", "expect");
    /// The front door's own server writes these.
    private static final Set<String> NOT_PASSED_BACK = Set.of("connection", "keep-alive", "proxy-authenticate", "te", "trailer",
            "transfer-encoding", "upgrade", "date", "content-length");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    static {
        // shorter than the idle time-outs of the servers behind (30 s), so that no call is written into a closing connection
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", "10");
        }
    }

    private final String service;
    private final String target;
    private final BinaryOperator<String> pathOfHostAndPath;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER).build();

    private HttpProxy(String service, URI target, BinaryOperator<String> pathOfHostAndPath) {
        this.service = requireNonNull(service, "service is null");
        this.target = "http://" + requireNonNull(target, "target is null").getRawAuthority();
        this.pathOfHostAndPath = pathOfHostAndPath;
    }

    /// @param service names the service in errors
    /// @param target  scheme `http`, host and port, and what comes before each path
    public static HttpProxy to(String service, URI target) {
        return new HttpProxy(service, target, (_, path) -> target.getRawPath() + path);
    }

    /// As [#to], and turns the host name `bucket.localhost` into the path `/bucket/…`.
    public static HttpProxy toS3(URI target) {
        return new HttpProxy("s3", target, S3Addressing::pathStyle);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request(exchange), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + service + " answered", e);
        } catch (IOException e) {
            // 503: the SDK tries again, as it would on AWS
            new AwsError(503, "ServiceUnavailable", "the stand-in for %s at %s does not answer: %s".formatted(service, target, e)).send(exchange, service);
            return;
        }
        try (InputStream body = response.body()) {
            answer(exchange, response, body);
        }
    }

    private HttpRequest request(HttpExchange exchange) {
        URI uri = exchange.getRequestURI();
        String path = pathOfHostAndPath.apply(exchange.getRequestHeaders().getFirst("Host"), uri.getRawPath());
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + path + query)).method(exchange.getRequestMethod(), body(exchange));
        for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
            if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        return request.build();
    }

    private static BodyPublisher body(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        InputStream body = exchange.getRequestBody();
        if (length == null) {
            boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
            return chunked ? BodyPublishers.ofInputStream(() -> body) : BodyPublishers.noBody();
        }
        long bytes = Long.parseLong(length);
        return bytes == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), bytes);
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> response, InputStream body) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":") && !NOT_PASSED_BACK.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
            }
        });
        long length = response.headers().firstValueAsLong("content-length").orElse(-1);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        int status = response.statusCode();
        if (head || status == 204 || status == 304 || length == 0) {
            if (head && length >= 0) {
                // the length of what a GET would bring: HeadObject answers with it
                exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            }
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        // in the JDK's server 0 means chunked, of a length not known yet
        exchange.sendResponseHeaders(status, length > 0 ? length : 0);
        body.transferTo(exchange.getResponseBody());
    }
}
