package dev.millrace.local.timestream;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamquery.model.Datum;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecord;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;
import software.amazon.awssdk.services.timestreamwrite.model.WriteRecordsResponse;

/// A local Timestream on a free port, the real SDK's clients against it, and a clock that the test sets.
/// The vocabulary of the tests in this package.
final class TimestreamServer implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-23T10:17:30Z");
    static final String DATABASE = "fleet";
    static final String TABLE = "readings";

    final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
    final LocalTimestream timestream = new LocalTimestream("eu-west-1", "123456789012", clock::get);
    final TimestreamWriteClient writer;
    final TimestreamQueryClient reader;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TimestreamServer() {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", timestream);
        server.setExecutor(threads);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        StaticCredentialsProvider credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        writer = TimestreamWriteClient.builder().endpointOverride(endpoint).region(Region.EU_WEST_1).credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
        reader = TimestreamQueryClient.builder().endpointOverride(endpoint).region(Region.EU_WEST_1).credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    }

    static TimestreamServer withTable(TableSettings settings) {
        var server = new TimestreamServer();
        server.timestream.createDatabase(DATABASE);
        server.timestream.createTable(DATABASE, TABLE, settings);
        return server;
    }

    static TimestreamServer withTable() {
        return withTable(TableSettings.DEFAULT);
    }

    WriteRecordsResponse write(Record... records) {
        return writer.writeRecords(request -> request.databaseName(DATABASE).tableName(TABLE).records(records));
    }

    /// Writes and tells which records were rejected.
    List<RejectedRecord> rejected(Record... records) {
        try {
            write(records);
            return List.of();
        } catch (RejectedRecordsException e) {
            return e.rejectedRecords();
        }
    }

    /// Runs a query and gives its rows as text, null for NULL.
    List<List<String>> query(String sql) {
        return rows(reader.query(request -> request.queryString(sql)));
    }

    /// The one value of a query with one row and one column.
    String value(String sql) {
        return query(sql).getFirst().getFirst();
    }

    static List<List<String>> rows(QueryResponse response) {
        return response.rows().stream().map(row -> row.data().stream().map(Datum::scalarValue).toList()).toList();
    }

    /// A multi-measure record of a truck.
    static Record.Builder truck(String thing, Instant time, double speed) {
        return Record.builder().dimensions(dimension("thing", thing)).measureName("truck").measureValueType(MeasureValueType.MULTI)
                .time(Long.toString(nanos(time))).timeUnit(TimeUnit.NANOSECONDS)
                .measureValues(measure("speed_kmh", Double.toString(speed), MeasureValueType.DOUBLE));
    }

    static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }

    static MeasureValue measure(String name, String value, MeasureValueType type) {
        return MeasureValue.builder().name(name).value(value).type(type).build();
    }

    static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
        server.stop(0);
        threads.close();
        timestream.close();
    }
}
