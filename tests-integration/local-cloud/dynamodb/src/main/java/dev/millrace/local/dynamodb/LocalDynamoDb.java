package dev.millrace.local.dynamodb;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/// Serves DynamoDB Local on 127.0.0.1: `LocalDynamoDb PORT [DIR]`, port 0 for a free one. With a directory the tables
/// are there again after a restart, else they are in memory. All credentials and regions see the same tables.
///
/// Prints `READY {"port":…}` when it serves and ends with exit code 0 at the end of its standard input. Wrong arguments
/// or a port in use end it with exit code 2 and a line on standard error.
///
/// DynamoDB Local's own main is not used: it listens on all addresses, reports its use to AWS, and goes on
/// without a server when the port is in use.
public final class LocalDynamoDb {
    private static final int PORT_MAX = 65_535;
    private static final int CANNOT_START = 2;

    private LocalDynamoDb() {
    }

    public static void main(String[] args) throws Exception {
        boolean fits = (args.length == 1 || args.length == 2) && args[0].matches("\\d{1,5}") && Integer.parseInt(args[0]) <= PORT_MAX;
        if (!fits) {
            refuse("usage: LocalDynamoDb PORT [DIR], with a port of 0 to %d; got: %s".formatted(PORT_MAX, String.join(" ", args)));
        }
        Server server = start(Integer.parseInt(args[0]), args.length == 1 ? inMemory() : onDisk(args[1]));
        System.out.println("READY {\"port\":%d}".formatted(((ServerConnector) server.getConnectors()[0]).getLocalPort()));
        System.in.transferTo(OutputStream.nullOutputStream());
        server.stop();
        // DynamoDB Local leaves threads behind
        System.exit(0);
    }

    private static LocalDynamoDBRequestHandler inMemory() {
        return new LocalDynamoDBRequestHandler(0, true, null, true, false);
    }

    private static LocalDynamoDBRequestHandler onDisk(String directory) {
        try {
            return new LocalDynamoDBRequestHandler(0, false, Files.createDirectories(Path.of(directory)).toRealPath().toString(), true, false);
        } catch (IOException e) {
            refuse("cannot make directory %s: %s".formatted(directory, e));
            throw new IllegalStateException(e);
        }
    }

    private static Server start(int port, LocalDynamoDBRequestHandler requests) throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new ContextHandler(new LocalDynamoDBServerHandler(requests, null), "/"));
        try {
            server.start();
            return server;
        } catch (IOException e) {
            if (e instanceof BindException || e.getCause() instanceof BindException) {
                refuse("port %d on 127.0.0.1 is in use".formatted(port));
            }
            throw e;
        }
    }

    private static void refuse(String why) {
        System.err.println("local DynamoDB: " + why);
        System.exit(CANNOT_START);
    }
}
