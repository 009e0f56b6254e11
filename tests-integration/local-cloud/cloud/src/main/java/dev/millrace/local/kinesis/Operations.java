package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.kinesis.StreamReader.Page;
import dev.millrace.local.kinesis.StreamReader.ReadThrottled;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/// The calls that write and read records.
final class Operations {
    private final Streams streams;
    private final InstantSource clock;

    Operations(Streams streams, InstantSource clock) {
        this.streams = streams;
        this.clock = clock;
    }

    void putRecord(Request request, JsonGenerator out) throws IOException {
        request.only("StreamName", "StreamARN", "Data", "PartitionKey", "ExplicitHashKey", "SequenceNumberForOrdering");
        JsonNode data = request.body().path("Data");
        // SequenceNumberForOrdering asks for an order that a shard here keeps anyway
        PutEntry entry = PutEntry.of(request.text("PartitionKey").orElse(null),
                request.text("ExplicitHashKey").orElse(null), data.isMissingNode() ? null : data.binaryValue());
        LocalStream stream = streams.of(request);
        LocalStream.Receipt receipt = stream.put(entry);
        switch (receipt.put()) {
            case Shard.Put.Taken(String sequenceNumber) -> {
                out.writeStringField("SequenceNumber", sequenceNumber);
                out.writeStringField("ShardId", receipt.shardId());
            }
            case Shard.Put.Throttled _ -> throw KinesisError.throughputExceeded(rateExceeded(stream, receipt));
            case Shard.Put.Closed _ -> throw new IllegalStateException("a stream routes around closed shards");
        }
    }

    void putRecords(PutRecordsCall call, JsonGenerator out) throws IOException {
        LocalStream stream = streams.named(call.stream());
        List<LocalStream.Receipt> receipts = call.entries().stream().map(stream::put).toList();
        long failed = receipts.stream().filter(receipt -> receipt.put() instanceof Shard.Put.Throttled).count();
        out.writeNumberField("FailedRecordCount", failed);
        out.writeArrayFieldStart("Records");
        for (LocalStream.Receipt receipt : receipts) {
            out.writeStartObject();
            switch (receipt.put()) {
                case Shard.Put.Taken(String sequenceNumber) -> {
                    out.writeStringField("SequenceNumber", sequenceNumber);
                    out.writeStringField("ShardId", receipt.shardId());
                }
                case Shard.Put.Throttled _ -> {
                    out.writeStringField("ErrorCode", "ProvisionedThroughputExceededException");
                    out.writeStringField("ErrorMessage", rateExceeded(stream, receipt));
                }
                case Shard.Put.Closed _ -> throw new IllegalStateException("a stream routes around closed shards");
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private String rateExceeded(LocalStream stream, LocalStream.Receipt receipt) {
        return "Rate exceeded for shard %s in stream %s under account %s."
                .formatted(receipt.shardId(), stream.name(), streams.account());
    }

    void getShardIterator(Request request, JsonGenerator out) throws IOException {
        request.only("StreamName", "StreamARN", "ShardId", "ShardIteratorType", "StartingSequenceNumber", "Timestamp");
        LocalStream stream = streams.of(request);
        Shard shard = stream.shard(request.requiredText("ShardId"));
        long position = shard.positionOf(startingPosition(request));
        out.writeStringField("ShardIterator",
                new ShardIterator(stream.name(), shard.id(), position, clock.millis()).token());
    }

    private static StartingPosition startingPosition(Request request) {
        String type = request.requiredText("ShardIteratorType");
        return switch (type) {
            case "TRIM_HORIZON" -> new StartingPosition.TrimHorizon();
            case "LATEST" -> new StartingPosition.Latest();
            case "AT_SEQUENCE_NUMBER" ->
                new StartingPosition.AtSequenceNumber(request.requiredText("StartingSequenceNumber"));
            case "AFTER_SEQUENCE_NUMBER" ->
                new StartingPosition.AfterSequenceNumber(request.requiredText("StartingSequenceNumber"));
            case "AT_TIMESTAMP" -> {
                JsonNode timestamp = request.body().path("Timestamp");
                if (!timestamp.isNumber()) {
                    throw KinesisError.invalidArgument("Timestamp is missing for ShardIteratorType AT_TIMESTAMP");
                }
                yield new StartingPosition.AtTimestamp(request.wire().timestamp(timestamp));
            }
            default -> throw KinesisError.validation("ShardIteratorType is unknown: " + type);
        };
    }

    void getRecords(Request request, JsonGenerator out) throws IOException {
        // the iterator names the stream already
        request.only("ShardIterator", "Limit", "StreamARN");
        int limit = request.integer("Limit", 1, Shard.READ_RECORDS_MAX).orElse(Shard.READ_RECORDS_MAX);
        ShardIterator iterator = ShardIterator.parse(request.requiredText("ShardIterator"), clock.millis());
        LocalStream stream = streams.named(iterator.stream());
        Shard shard = stream.shard(iterator.shardId());
        Page page;
        try {
            page = shard.read(iterator.position(), limit, clock.millis());
        } catch (ReadThrottled e) {
            throw KinesisError.throughputExceeded("%s in stream %s under account %s."
                    .formatted(e.getMessage(), stream.name(), streams.account()));
        }
        out.writeArrayFieldStart("Records");
        for (StreamRecord record : page.records()) {
            out.writeStartObject();
            out.writeStringField("SequenceNumber", record.sequenceNumber());
            request.wire().writeTimestamp(out, "ApproximateArrivalTimestamp", record.arrivalMillis());
            out.writeBinaryField("Data", record.data());
            out.writeStringField("PartitionKey", record.partitionKey());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("MillisBehindLatest", page.millisBehindLatest());
        if (page.endOfShard()) {
            writeChildren(shard, out);
        } else {
            out.writeStringField("NextShardIterator",
                    new ShardIterator(stream.name(), shard.id(), page.nextPosition(), clock.millis()).token());
        }
    }

    private static void writeChildren(Shard shard, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("ChildShards");
        for (Shard child : shard.children()) {
            out.writeStartObject();
            out.writeStringField("ShardId", child.id());
            out.writeArrayFieldStart("ParentShards");
            for (Shard parent : child.parents()) {
                out.writeString(parent.id());
            }
            out.writeEndArray();
            ShardList.writeHashKeyRange(child, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
