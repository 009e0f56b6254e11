package dev.millrace.local.meter;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Stands before DynamoDB and counts the units of each call from its request and answer; see [DynamoDbUnits].
public final class DynamoDbMeter implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(DynamoDbMeter.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpHandler dynamoDb;
    private final DynamoDbUnits units = new DynamoDbUnits();

    public DynamoDbMeter(HttpHandler dynamoDb) {
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
    }

    /// What all calls so far have cost.
    public DynamoDbUnits units() {
        return units;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var request = new ByteArrayOutputStream(4_096);
        var answer = new ByteArrayOutputStream(4_096);
        exchange.setStreams(new ReadAlong(exchange.getRequestBody(), request), new WrittenAlong(exchange.getResponseBody(), answer));
        dynamoDb.handle(exchange);
        int status = exchange.getResponseCode();
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target == null || status < 0 || status >= 500) {
            return;
        }
        try {
            units.count(target.substring(target.lastIndexOf('.') + 1), status, tree(request), tree(answer));
        } catch (IOException | RuntimeException e) {
            // a bill that is not whole must not break the run: it is told, and the call has its answer
            LOG.log(System.Logger.Level.WARNING, "not metered: " + target, e);
        }
    }

    private static JsonNode tree(ByteArrayOutputStream bytes) throws IOException {
        return bytes.size() == 0 ? JSON.createObjectNode() : JSON.readTree(bytes.toByteArray());
    }

    private static final class ReadAlong extends FilterInputStream {
        private final ByteArrayOutputStream copy;

        private ReadAlong(InputStream in, ByteArrayOutputStream copy) {
            super(in);
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one >= 0) {
                copy.write(one);
            }
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                copy.write(bytes, offset, read);
            }
            return read;
        }
    }

    private static final class WrittenAlong extends FilterOutputStream {
        private final ByteArrayOutputStream copy;

        private WrittenAlong(OutputStream out, ByteArrayOutputStream copy) {
            super(out);
            this.copy = copy;
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            copy.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            copy.write(bytes, offset, length);
        }
    }
}
