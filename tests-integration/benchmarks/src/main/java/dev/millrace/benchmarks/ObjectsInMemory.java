package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/// What is below the S3 client in the benchmark, in place of connections: takes PutObject, reads its body to the end, and
/// keeps the bodies in the order in which they came.
final class ObjectsInMemory implements SdkHttpClient {
    private final List<byte[]> bodies = new ArrayList<>();

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return put(request);
            }

            @Override
            public void abort() {
                // a call in memory is over before anybody can want to abort it
            }
        };
    }

    private HttpExecuteResponse put(HttpExecuteRequest request) throws IOException {
        SdkHttpRequest http = request.httpRequest();
        if (http.method() != SdkHttpMethod.PUT || !http.rawQueryParameters().isEmpty() || request.contentStreamProvider().isEmpty()) {
            throw new UnsupportedOperationException("the benchmark's transport does not know %s %s".formatted(http.method(), http.getUri()));
        }
        try (InputStream in = request.contentStreamProvider().get().newStream()) {
            byte[] body = in.readAllBytes();
            bodies.add(http.firstMatchingHeader("x-amz-decoded-content-length").isPresent() ? dechunked(body) : body);
        }
        return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder().statusCode(200).putHeader("ETag", "\"00000000000000000000000000000000\"").putHeader("Content-Length", "0").build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(new byte[0]))).build();
    }

    /// Takes `aws-chunked` apart: a length in hexadecimal, a line break, so many bytes, a line break, and so on to the length
    /// 0; behind it come checksums (Amazon S3 API reference, "Transferring payload in multiple chunks").
    static byte[] dechunked(byte[] body) {
        var plain = new ByteArrayOutputStream(body.length);
        int at = 0;
        while (true) {
            int end = at;
            while (body[end] != '\r' && body[end] != ';') {
                end++;
            }
            int length = Integer.parseInt(new String(body, at, end - at, US_ASCII), 16);
            if (length == 0) {
                return plain.toByteArray();
            }
            while (body[end] != '\n') {
                end++;
            }
            plain.write(body, end + 1, length);
            at = end + 1 + length + 2;
        }
    }

    void clear() {
        bodies.clear();
    }

    List<byte[]> bodies() {
        return List.copyOf(bodies);
    }

    @Override
    public String clientName() {
        return "ObjectsInMemory";
    }

    @Override
    public void close() {
        // holds no connection
    }
}
