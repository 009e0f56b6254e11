package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The calls that make, show and reshape streams.
final class StreamAdministration {
    private static final Duration RETENTION_DEFAULT = Duration.ofDays(1);
    private static final int LIMIT_MAX = 10_000;
    private static final int LIMIT_DEFAULT = 100;

    private final Streams streams;

    StreamAdministration(Streams streams) {
        this.streams = streams;
    }

    /// StreamModeDetails is refused: on-demand streams scale by rules that are not documented well enough to copy.
    void create(Request request) {
        request.only("StreamName", "ShardCount");
        int shards = request.integer("ShardCount", 1, LocalStream.SHARDS_MAX)
                .orElseThrow(() -> KinesisError.notHere("CreateStream without ShardCount (on-demand)"));
        streams.create(request.requiredText("StreamName"), shards, RETENTION_DEFAULT);
    }

    void delete(Request request) {
        // there are no registered consumers here, so enforcing their deletion is done
        streams.delete(streams.of(request.only("StreamName", "StreamARN", "EnforceConsumerDeletion")));
    }

    void list(Request request, JsonGenerator out) throws IOException {
        request.only("Limit", "ExclusiveStartStreamName");
        int limit = request.integer("Limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        List<LocalStream> all = streams.after(request.text("ExclusiveStartStreamName").orElse(""));
        out.writeArrayFieldStart("StreamNames");
        for (LocalStream stream : all.subList(0, Math.min(limit, all.size()))) {
            out.writeString(stream.name());
        }
        out.writeEndArray();
        out.writeBooleanField("HasMoreStreams", all.size() > limit);
    }

    void describe(Request request, JsonGenerator out) throws IOException {
        request.only("StreamName", "StreamARN", "Limit", "ExclusiveStartShardId");
        LocalStream stream = streams.of(request);
        int limit = request.integer("Limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        String after = request.text("ExclusiveStartShardId").orElse("");
        List<Shard> listed = stream.shards().stream().filter(shard -> shard.id().compareTo(after) > 0).toList();
        out.writeObjectFieldStart("StreamDescription");
        writeHead(stream, request, out);
        out.writeArrayFieldStart("Shards");
        for (Shard shard : listed.subList(0, Math.min(limit, listed.size()))) {
            ShardList.write(shard, out);
        }
        out.writeEndArray();
        out.writeBooleanField("HasMoreShards", listed.size() > limit);
        out.writeEndObject();
    }

    void describeSummary(Request request, JsonGenerator out) throws IOException {
        LocalStream stream = streams.of(request.only("StreamName", "StreamARN"));
        out.writeObjectFieldStart("StreamDescriptionSummary");
        writeHead(stream, request, out);
        out.writeNumberField("OpenShardCount", stream.openShardCount());
        out.writeNumberField("ConsumerCount", 0);
        out.writeEndObject();
    }

    private void writeHead(LocalStream stream, Request request, JsonGenerator out) throws IOException {
        out.writeStringField("StreamName", stream.name());
        out.writeStringField("StreamARN", streams.arn(stream));
        out.writeStringField("StreamStatus", "ACTIVE");
        out.writeObjectFieldStart("StreamModeDetails");
        out.writeStringField("StreamMode", "PROVISIONED");
        out.writeEndObject();
        out.writeNumberField("RetentionPeriodHours", stream.retention().toHours());
        request.wire().writeTimestamp(out, "StreamCreationTimestamp", stream.createdMillis());
        out.writeArrayFieldStart("EnhancedMonitoring");
        out.writeEndArray();
        out.writeStringField("EncryptionType", "NONE");
    }

    void split(Request request) {
        request.only("StreamName", "StreamARN", "ShardToSplit", "NewStartingHashKey");
        streams.of(request).split(request.requiredText("ShardToSplit"), request.hashKey("NewStartingHashKey"));
    }

    void merge(Request request) {
        request.only("StreamName", "StreamARN", "ShardToMerge", "AdjacentShardToMerge");
        streams.of(request)
                .merge(request.requiredText("ShardToMerge"), request.requiredText("AdjacentShardToMerge"));
    }

    void updateShardCount(Request request, JsonGenerator out) throws IOException {
        request.only("StreamName", "StreamARN", "TargetShardCount", "ScalingType");
        LocalStream stream = streams.of(request);
        int target = request.integer("TargetShardCount", 1, LocalStream.SHARDS_MAX)
                .orElseThrow(() -> KinesisError.validation("UpdateShardCount: TargetShardCount is missing"));
        String scaling = request.requiredText("ScalingType");
        if (!scaling.equals("UNIFORM_SCALING")) {
            throw KinesisError.validation("UpdateShardCount: ScalingType is not UNIFORM_SCALING: " + scaling);
        }
        int before = stream.openShardCount();
        stream.resize(target);
        out.writeStringField("StreamName", stream.name());
        out.writeStringField("StreamARN", streams.arn(stream));
        out.writeNumberField("CurrentShardCount", before);
        out.writeNumberField("TargetShardCount", target);
    }
}
