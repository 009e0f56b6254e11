package dev.millrace.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.StreamRecord;
import java.util.List;
import java.util.stream.IntStream;

/// Records as the tests need them: the sequence number of each is its place.
final class Records {
    static final String SHARD = "shardId-000000000000";
    static final long ARRIVED = 1_795_000_000_000L;

    private Records() {
    }

    static List<StreamRecord> of(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> new StreamRecord(String.valueOf(i), "thing-" + i % 3, ARRIVED, ("payload " + i).getBytes(UTF_8))).toList();
    }

    static Batch batch(int first, int last) {
        return new Batch(SHARD, of(first, last));
    }

    static List<String> numbers(Batch batch) {
        return batch.records().stream().map(StreamRecord::sequenceNumber).toList();
    }
}
