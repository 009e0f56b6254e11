package dev.millrace.local.frontdoor;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One HTTP server on the loopback address that gives each AWS call to the handler of its service.
///
/// The service is the one in the credential scope of the request's signature; signatures are not verified. What
/// nobody answers for is refused with status 501 and a message that names the service. The authority and the gates are asked
/// before a call is passed on, listeners are told when it has been answered.
public final class FrontDoor implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    static {
        // read once, when the first server class loads. Without nodelay each call waits some 40 ms for a delayed ACK.
        // The idle interval is longer than the 60 s after which the AWS SDK drops an idle connection, so that the
        // client, not the server, is the one who closes: a server that closes first makes calls fail now and then.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.idleInterval", "75");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "2000");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, HttpHandler> services;
    private final CallAuthority authority;
    private final List<CallGate> gates;
    private final List<CallListener> listeners;

    private FrontDoor(HttpServer server, Map<String, HttpHandler> services, CallAuthority authority, List<CallGate> gates, List<CallListener> listeners) {
        this.server = server;
        this.services = services;
        this.authority = authority;
        this.gates = gates;
        this.listeners = listeners;
    }

    /// Opens a door that nobody is kept from by rights.
    ///
    /// @throws java.net.BindException if the port is in use
    public static FrontDoor open(int port, Map<String, HttpHandler> services, List<CallGate> gates, List<CallListener> listeners) throws IOException {
        return open(port, services, (_, _) -> { }, gates, listeners);
    }

    /// Opens the door.
    ///
    /// @param port      0 for any free one
    /// @param services  by signing name; both of Timestream's APIs are `timestream`
    /// @param authority asked first
    /// @param gates     asked then, in this order; the first that refuses ends the call
    /// @throws java.net.BindException if the port is in use
    public static FrontDoor open(int port, Map<String, HttpHandler> services, CallAuthority authority, List<CallGate> gates, List<CallListener> listeners)
            throws IOException {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port not in 0..65535: " + port);
        }
        Map<String, HttpHandler> known = Map.copyOf(requireNonNull(services, "services is null"));
        requireNonNull(authority, "authority is null");
        List<CallGate> asked = List.copyOf(requireNonNull(gates, "gates is null"));
        List<CallListener> told = List.copyOf(requireNonNull(listeners, "listeners is null"));
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, port), BACKLOG);
        var door = new FrontDoor(server, known, authority, asked, told);
        server.setExecutor(door.threads);
        server.createContext("/", door::answer);
        server.start();
        return door;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// What `AWS_ENDPOINT_URL` must be. An IP address, because the SDK then names S3 buckets in the path by itself.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        Optional<CredentialScope> scope = CredentialScope.of(exchange.getRequestHeaders(), uri.getRawQuery());
        try (exchange) {
            if (scope.isEmpty()) {
                new AwsError(403, "MissingAuthenticationToken", "no credential scope of AWS Signature Version 4 in %s %s"
                        .formatted(exchange.getRequestMethod(), uri.getRawPath())).send(exchange, "");
                return;
            }
            String service = scope.get().service();
            String operation = OperationName.of(service, exchange.getRequestMethod(), uri, exchange.getRequestHeaders());
            answer(exchange, new Call(service, operation, scope.get().accessKeyId()));
        }
    }

    private void answer(HttpExchange exchange, Call call) throws IOException {
        try {
            HttpHandler handler = services.get(call.service());
            if (handler == null) {
                new AwsError(501, "NotSimulated", "the local cloud does not simulate the service '%s' (asked for %s by %s); it has %s"
                        .formatted(call.service(), call.operation(), call.accessKeyId(), new TreeSet<>(services.keySet())))
                        .send(exchange, call.service());
            } else {
                authority.require(call, exchange);
                for (CallGate gate : gates) {
                    gate.beforePassing(call);
                }
                boolean isSilent = gates.stream().anyMatch(gate -> gate.losesAnswer(call));
                handler.handle(isSilent ? new SilentExchange(exchange) : exchange);
            }
        } catch (CallRefused e) {
            e.error().send(exchange, call.service());
        } catch (InterruptedException e) {
            // the door closes, and the connection with it
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // a bug in a stand-in: told to the caller and to the log, never a connection that just closes
            System.err.printf("front door: %s failed%n", call);
            e.printStackTrace();
            if (exchange.getResponseCode() < 0) {
                new AwsError(500, "InternalFailure", "%s.%s: %s".formatted(call.service(), call.operation(), e)).send(exchange, call.service());
            }
        } finally {
            int status = exchange.getResponseCode();
            listeners.forEach(listener -> listener.answered(call, status));
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
