package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/// What is below the AWS clients in the benchmark, in place of connections. It reads every request's body to its end, as a
/// socket would, and answers as the service does. Timestream's and S3's requests it then forgets; DynamoDB's items it keeps,
/// because the function's deduplication stands on them.
///
/// So inside the measurement are the clients' marshalling, signing and checksums, retries and interceptors; outside are
/// TLS, the network, and the services.
final class InMemoryAws implements SdkHttpClient {
    private static final String TIMESTREAM = "Timestream_20181101.";
    private static final String DYNAMODB = "DynamoDB_20120810.";
    private static final byte[] ENDPOINTS =
            "{\"Endpoints\":[{\"Address\":\"ingest-cell1.timestream.eu-central-1.amazonaws.com\",\"CachePeriodInMinutes\":1440}]}".getBytes(UTF_8);
    /// Nothing is kept, so none is ingested. The adapter does not ask.
    private static final byte[] WRITTEN = "{\"RecordsIngested\":{\"MagneticStore\":0,\"MemoryStore\":0,\"Total\":0}}".getBytes(UTF_8);
    private static final byte[] NOTHING = {};

    private final InMemoryItems items = new InMemoryItems();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    /// HTTP requests that came.
    long requests() {
        return requests.sum();
    }

    /// Bytes of their bodies.
    long bytes() {
        return bytes.sum();
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                requests.increment();
                return answer(request);
            }

            @Override
            public void abort() {
                // a call in memory is over before anybody can want to abort it
            }
        };
    }

    private HttpExecuteResponse answer(HttpExecuteRequest request) throws IOException {
        SdkHttpRequest http = request.httpRequest();
        String target = http.firstMatchingHeader("X-Amz-Target").orElse("");
        return switch (target) {
            case TIMESTREAM + "WriteRecords" -> {
                skip(request);
                yield json(WRITTEN);
            }
            case TIMESTREAM + "DescribeEndpoints" -> json(ENDPOINTS);
            case DYNAMODB + "BatchGetItem" -> dynamoDb(items.batchGet(body(request)));
            case DYNAMODB + "BatchExecuteStatement" -> dynamoDb(items.execute(body(request)));
            case "" -> putObject(request);
            default -> throw new UnsupportedOperationException("the benchmark's transport does not know the operation " + target);
        };
    }

    private HttpExecuteResponse putObject(HttpExecuteRequest request) throws IOException {
        SdkHttpRequest http = request.httpRequest();
        if (http.method() != SdkHttpMethod.PUT || !http.rawQueryParameters().isEmpty()) {
            throw new UnsupportedOperationException("the benchmark's transport does not know %s %s".formatted(http.method(), http.getUri()));
        }
        skip(request);
        return response(SdkHttpResponse.builder().statusCode(200).putHeader("ETag", "\"00000000000000000000000000000000\""), NOTHING);
    }

    private static HttpExecuteResponse json(byte[] body) {
        return response(SdkHttpResponse.builder().statusCode(200).putHeader("Content-Type", "application/x-amz-json-1.0"), body);
    }

    /// DynamoDB sends a checksum, which the client compares.
    private static HttpExecuteResponse dynamoDb(byte[] answer) {
        var crc32 = new CRC32();
        crc32.update(answer);
        return response(SdkHttpResponse.builder().statusCode(200).putHeader("Content-Type", "application/x-amz-json-1.0")
                .putHeader("x-amz-crc32", Long.toString(crc32.getValue())), answer);
    }

    private static HttpExecuteResponse response(SdkHttpResponse.Builder head, byte[] body) {
        return HttpExecuteResponse.builder().response(head.putHeader("Content-Length", Integer.toString(body.length)).build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body))).build();
    }

    private byte[] body(HttpExecuteRequest request) throws IOException {
        var body = new ByteArrayOutputStream(1_024);
        try (InputStream in = content(request).newStream()) {
            in.transferTo(body);
        }
        bytes.add(body.size());
        return body.toByteArray();
    }

    private void skip(HttpExecuteRequest request) throws IOException {
        try (InputStream in = content(request).newStream()) {
            bytes.add(in.transferTo(OutputStream.nullOutputStream()));
        }
    }

    private static ContentStreamProvider content(HttpExecuteRequest request) {
        return request.contentStreamProvider().orElseThrow(() ->
                new IllegalStateException("request without a body: " + request.httpRequest().getUri()));
    }

    @Override
    public String clientName() {
        return "InMemory";
    }

    @Override
    public void close() {
        // holds no connection
    }
}
