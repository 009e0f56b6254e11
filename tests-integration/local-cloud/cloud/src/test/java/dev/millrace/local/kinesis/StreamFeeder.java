package dev.millrace.local.kinesis;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/// Puts texts into a local stream with the real client, for tests of what reads it.
public final class StreamFeeder implements AutoCloseable {
    private final KinesisServer server;
    private final KinesisClient client;

    public StreamFeeder(LocalKinesis kinesis) {
        server = new KinesisServer(kinesis);
        client = KinesisServer.client(server.port());
    }

    /// One call, one record a text, each with a key of its own.
    public void put(String stream, List<String> texts) {
        List<PutRecordsRequestEntry> entries = IntStream.range(0, texts.size()).mapToObj(i -> PutRecordsRequestEntry
                .builder().partitionKey(texts.get(i)).data(SdkBytes.fromUtf8String(texts.get(i))).build()).toList();
        int failed = client.putRecords(call -> call.streamName(stream).records(entries)).failedRecordCount();
        if (failed > 0) {
            throw new AssertionError(failed + " records were not taken");
        }
    }

    /// Into two equal halves.
    public void split(String stream, String shardId) {
        var range = client.listShards(call -> call.streamName(stream)).shards().stream()
                .filter(shard -> shard.shardId().equals(shardId)).findFirst().orElseThrow().hashKeyRange();
        BigInteger middle = new BigInteger(range.startingHashKey()).add(new BigInteger(range.endingHashKey())).shiftRight(1);
        client.splitShard(call -> call.streamName(stream).shardToSplit(shardId).newStartingHashKey(middle.toString()));
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
