package dev.millrace.local.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/// `ListShards` and how a shard is shown.
final class ShardList {
    private static final int RESULTS_DEFAULT = 1_000;
    private static final int RESULTS_MAX = 10_000;

    private final Streams streams;

    ShardList(Streams streams) {
        this.streams = streams;
    }

    void list(Request request, JsonGenerator out) throws IOException {
        request.only("StreamName", "StreamARN", "NextToken", "ExclusiveStartShardId", "MaxResults", "ShardFilter");
        int max = request.integer("MaxResults", 1, RESULTS_MAX).orElse(RESULTS_DEFAULT);
        // a token holds the stream and the last shard that was listed
        List<String> token = request.text("NextToken").map(ShardList::parse).orElse(List.of());
        if (!token.isEmpty() && request.body().has("ShardFilter")) {
            throw KinesisError.notHere("ListShards with NextToken and ShardFilter");
        }
        LocalStream stream = token.isEmpty() ? streams.of(request) : streams.named(token.getFirst());
        String after = token.isEmpty() ? request.text("ExclusiveStartShardId").orElse("") : token.getLast();
        List<Shard> listed = stream.shards().stream().filter(shard -> shard.id().compareTo(after) > 0)
                .filter(filter(request, stream)).toList();
        List<Shard> page = listed.subList(0, Math.min(max, listed.size()));
        out.writeArrayFieldStart("Shards");
        for (Shard shard : page) {
            write(shard, out);
        }
        out.writeEndArray();
        if (page.size() < listed.size()) {
            if (request.body().has("ShardFilter")) {
                throw KinesisError.notHere("ListShards with a ShardFilter that passes more than MaxResults shards");
            }
            String plain = stream.name() + " " + page.getLast().id();
            out.writeStringField("NextToken", Base64.getEncoder().encodeToString(plain.getBytes(UTF_8)));
        }
    }

    private static List<String> parse(String token) {
        try {
            List<String> parts = List.of(new String(Base64.getDecoder().decode(token), UTF_8).split(" ", -1));
            if (parts.size() == 2) {
                return parts;
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw KinesisError.invalidArgument("NextToken is not one of this service: " + token);
    }

    /// Kinesis API reference, `ShardFilter`.
    private static Predicate<Shard> filter(Request request, LocalStream stream) {
        JsonNode filter = request.body().path("ShardFilter");
        if (!filter.isObject()) {
            return _ -> true;
        }
        var members = new Request("ListShards with a ShardFilter", filter, request.wire())
                .only("Type", "ShardId", "Timestamp");
        String type = members.requiredText("Type");
        return switch (type) {
            case "AFTER_SHARD_ID" -> {
                String after = members.requiredText("ShardId");
                yield shard -> shard.id().compareTo(after) > 0;
            }
            case "AT_LATEST" -> shard -> !shard.closed();
            case "AT_TRIM_HORIZON" -> {
                long horizon = Math.max(stream.horizonMillis(), stream.createdMillis());
                yield shard -> shard.wasOpenAt(horizon);
            }
            case "FROM_TRIM_HORIZON" -> _ -> true;
            case "AT_TIMESTAMP" -> {
                long millis = request.wire().timestamp(filter.path("Timestamp")).toEpochMilli();
                yield shard -> shard.wasOpenAt(millis);
            }
            case "FROM_TIMESTAMP" -> {
                long millis = request.wire().timestamp(filter.path("Timestamp")).toEpochMilli();
                yield shard -> !shard.closedBefore(millis);
            }
            default -> throw KinesisError.validation("ShardFilter.Type is unknown: " + type);
        };
    }

    static void write(Shard shard, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("ShardId", shard.id());
        if (!shard.parents().isEmpty()) {
            out.writeStringField("ParentShardId", shard.parents().getFirst().id());
        }
        if (shard.parents().size() > 1) {
            out.writeStringField("AdjacentParentShardId", shard.parents().getLast().id());
        }
        writeHashKeyRange(shard, out);
        out.writeObjectFieldStart("SequenceNumberRange");
        out.writeStringField("StartingSequenceNumber", shard.startingSequenceNumber());
        if (shard.closed()) {
            out.writeStringField("EndingSequenceNumber", shard.endingSequenceNumber());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    static void writeHashKeyRange(Shard shard, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("HashKeyRange");
        out.writeStringField("StartingHashKey", shard.range().start().toString());
        out.writeStringField("EndingHashKey", shard.range().end().toString());
        out.writeEndObject();
    }
}
