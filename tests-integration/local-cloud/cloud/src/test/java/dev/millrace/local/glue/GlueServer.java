package dev.millrace.local.glue;

import com.sun.net.httpserver.HttpHandler;
import dev.millrace.local.frontdoor.FrontDoor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/// A local Glue behind the front door, the real SDK's client of it, and a clock that the test sets. The vocabulary of the
/// tests in this package.
final class GlueServer implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-23T10:17:30.250Z");
    static final String REGION = "eu-west-1";
    static final String ACCOUNT = "123456789012";
    static final String DATABASE = "lake";

    final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    final LocalGlue local;
    final GlueClient client;
    private final FrontDoor door;

    GlueServer(Path directory) {
        local = new LocalGlue(directory, REGION, ACCOUNT, clock::get);
        try {
            door = FrontDoor.open(0, Map.<String, HttpHandler>of("glue", local), List.of(), List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        client = GlueClient.builder().endpointOverride(door.endpoint()).region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    static GlueServer withDatabase(Path directory) {
        var server = new GlueServer(directory);
        server.client.createDatabase(request -> request.databaseInput(input -> input.name(DATABASE)));
        return server;
    }

    URI endpoint() {
        return door.endpoint();
    }

    void create(TableInput input) {
        client.createTable(request -> request.databaseName(DATABASE).tableInput(input));
    }

    Table table(String name) {
        return client.getTable(request -> request.databaseName(DATABASE).name(name)).table();
    }

    static TableInput.Builder input(String name) {
        return TableInput.builder().name(name).tableType("EXTERNAL_TABLE").parameters(Map.of("table_type", "ICEBERG", "metadata_location", "s3://lake/0.json"))
                .storageDescriptor(storage -> storage.location("s3://lake/" + name).columns(column("thing", "string"), column("taken_at", "timestamp")));
    }

    static Column column(String name, String type) {
        return Column.builder().name(name).type(type).build();
    }

    @Override
    public void close() {
        client.close();
        door.close();
    }
}
