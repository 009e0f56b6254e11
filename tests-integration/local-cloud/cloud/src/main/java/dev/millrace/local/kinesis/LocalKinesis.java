package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Kinesis Data Streams in memory: provisioned streams, polling readers, JSON 1.1 and CBOR 1.1.
///
/// Limits are those of the Kinesis developer guide, "Quotas and limits": for each shard 1 MiB and 1,000 records a second
/// in, 5 reads and 2 MiB a second out; 500 records and 10 MiB a `PutRecords`; 1 MiB a record with its key. Signatures are not
/// checked (that is the front door's work). An operation or a member of a request that is not done here is answered
/// with `UnknownOperationException` and its name.
///
/// The server in front must have been started with the system property `sun.net.httpserver.nodelay` set to `true`
/// before its first use, else every call takes some 40 ms (Nagle's algorithm against delayed acknowledgements).
public final class LocalKinesis implements HttpHandler, StreamReader {
    private static final System.Logger LOG = System.getLogger(LocalKinesis.class.getName());
    private static final String TARGET_PREFIX = "Kinesis_20131202.";
    // 10 MiB in base64 with the keys of 500 records
    private static final int BODY_BYTES_MAX = 16 << 20;

    private final InstantSource clock;
    private final Streams streams;
    private final Operations operations;
    private final StreamAdministration administration;
    private final ShardList shardList;

    /// @param account 12 digits, part of every ARN
    public LocalKinesis(String region, String account, InstantSource clock) {
        this.streams = new Streams(region, account, clock);
        this.clock = clock;
        this.operations = new Operations(streams, clock);
        this.administration = new StreamAdministration(streams);
        this.shardList = new ShardList(streams);
    }

    /// Makes a provisioned stream that can be used at once.
    ///
    /// @param shards 1 to 10,000
    /// @param retention 24 to 8,760 hours
    public void createStream(String name, int shards, Duration retention) {
        try {
            streams.create(name, shards, retention);
        } catch (KinesisError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// How many shards of a stream take records.
    public int openShards(String name) {
        return stream(name).openShardCount();
    }

    /// As UpdateShardCount.
    public void resize(String name, int shards) {
        stream(name).resize(shards);
    }

    private LocalStream stream(String name) {
        try {
            return streams.named(name);
        } catch (KinesisError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// The stream that a shard iterator reads, if it is one of ours.
    public static Optional<String> streamOf(String shardIterator) {
        try {
            // whether it has expired is the read's own question
            return Optional.of(ShardIterator.parse(shardIterator, 0).stream());
        } catch (KinesisError _) {
            return Optional.empty();
        }
    }

    /// What each stream has used so far.
    public List<StreamUse> uses() {
        return streams.after("").stream().map(LocalStream::use).toList();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var answer = new ByteArrayOutputStream(1_024);
            int status = answer(exchange, answer);
            exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
            exchange.sendResponseHeaders(status, answer.size() == 0 ? -1 : answer.size());
            if (answer.size() > 0) {
                answer.writeTo(exchange.getResponseBody());
            }
        }
    }

    private int answer(HttpExchange exchange, ByteArrayOutputStream answer) throws IOException {
        Wire wire = Wire.JSON;
        try {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
            wire = Wire.of(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")));
            if (body.length > BODY_BYTES_MAX) {
                throw KinesisError.invalidArgument("request has more than %d bytes".formatted(BODY_BYTES_MAX));
            }
            run(operation(exchange), body, wire, answer);
            exchange.getResponseHeaders().set("Content-Type", wire.contentType());
            return 200;
        } catch (KinesisError e) {
            return fail(400, e.code(), e.getMessage(), wire, exchange, answer);
        } catch (JsonProcessingException e) {
            return fail(400, "SerializationException", e.getOriginalMessage(), wire, exchange, answer);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "request failed", e);
            return fail(500, "InternalFailure", e.toString(), wire, exchange, answer);
        }
    }

    private static String operation(HttpExchange exchange) {
        String target = Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target")).orElse("");
        if (!target.startsWith(TARGET_PREFIX)) {
            throw KinesisError.notHere("X-Amz-Target '%s'".formatted(target));
        }
        return target.substring(TARGET_PREFIX.length());
    }

    private void run(String operation, byte[] body, Wire wire, ByteArrayOutputStream answer) throws IOException {
        if (operation.equals("PutRecords")) {
            PutRecordsCall call = PutRecordsCall.read(wire, body);
            try (JsonGenerator out = wire.mapper().createGenerator(answer)) {
                out.writeStartObject();
                operations.putRecords(call, out);
                out.writeEndObject();
            }
            return;
        }
        var request = new Request(operation, wire.mapper().readTree(body), wire);
        switch (operation) {
            case "CreateStream" -> administration.create(request);
            case "DeleteStream" -> administration.delete(request);
            case "SplitShard" -> administration.split(request);
            case "MergeShards" -> administration.merge(request);
            default -> {
                try (JsonGenerator out = wire.mapper().createGenerator(answer)) {
                    out.writeStartObject();
                    runWithAnswer(request, out);
                    out.writeEndObject();
                }
            }
        }
    }

    private void runWithAnswer(Request request, JsonGenerator out) throws IOException {
        switch (request.operation()) {
            case "PutRecord" -> operations.putRecord(request, out);
            case "GetShardIterator" -> operations.getShardIterator(request, out);
            case "GetRecords" -> operations.getRecords(request, out);
            case "ListShards" -> shardList.list(request, out);
            case "ListStreams" -> administration.list(request, out);
            case "DescribeStream" -> administration.describe(request, out);
            case "DescribeStreamSummary" -> administration.describeSummary(request, out);
            case "UpdateShardCount" -> administration.updateShardCount(request, out);
            default -> throw KinesisError.notHere("operation " + request.operation());
        }
    }

    private static int fail(int status, String code, String message, Wire wire, HttpExchange exchange,
            ByteArrayOutputStream answer) throws IOException {
        // what an operation had written before it failed is no part of the answer
        answer.reset();
        try (JsonGenerator out = wire.mapper().createGenerator(answer)) {
            out.writeStartObject();
            out.writeStringField("__type", code);
            out.writeStringField("message", message);
            out.writeEndObject();
        }
        exchange.getResponseHeaders().set("Content-Type", wire.contentType());
        exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        return status;
    }

    @Override
    public List<ShardView> shards(String stream) {
        return existing(stream).shards().stream()
                .map(shard -> new ShardView(shard.id(), shard.parents().stream().map(Shard::id).toList(), shard.closed()))
                .toList();
    }

    @Override
    public long positionOf(String stream, String shardId, StartingPosition start) {
        return existing(stream, shardId).positionOf(start);
    }

    @Override
    public Page read(String stream, String shardId, long position, int recordsMax) throws ReadThrottled {
        return existing(stream, shardId).read(position, recordsMax, clock.millis());
    }

    @Override
    public long recordsFrom(String stream, String shardId, long position) {
        return existing(stream, shardId).recordsFrom(position);
    }

    private LocalStream existing(String stream) {
        try {
            return streams.named(stream);
        } catch (KinesisError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Shard existing(String stream, String shardId) {
        try {
            return existing(stream).shard(shardId);
        } catch (KinesisError e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
