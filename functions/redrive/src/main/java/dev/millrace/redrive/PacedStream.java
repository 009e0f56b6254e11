package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/// Puts records into the stream, so slowly that devices keep their room: at most a quarter of what a shard takes, even if all
/// the records are of one shard (Kinesis: 1,000 records and 1 MB a second for each shard).
final class PacedStream {
    static final int RECORDS_A_SECOND = 250;
    static final int BYTES_A_SECOND = 256 << 10;
    static final int TRIES_MAX = 4;
    private static final long SECOND_MILLIS = 1_000;
    private static final long BACKOFF_MILLIS = 100;
    /// No call is begun with less time than this.
    private static final long RESERVE_MILLIS = 10_000;

    private final KinesisClient kinesis;
    private final String stream;
    private final RandomGenerator random;
    private final Pause pause;
    /// What the last call took of the stream, in time.
    private long owedMillis;

    /// Lets time pass.
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    /// What is put of a record: all that goes through the stream.
    record Entry(String partitionKey, byte[] payload) {
        int bytes() {
            // a key counts by its UTF-8 bytes, of which ours has one a character
            return partitionKey.length() + payload.length;
        }
    }

    /// @param random for jitter
    PacedStream(KinesisClient kinesis, String stream, RandomGenerator random, Pause pause) {
        this.kinesis = requireNonNull(kinesis, "kinesis is null");
        this.stream = requireNonNull(stream, "stream is null");
        this.random = requireNonNull(random, "random is null");
        this.pause = requireNonNull(pause, "pause is null");
    }

    /// Puts each record once, more often only if the answer to a call is lost.
    ///
    /// @return where each stands now; empty for those that were not taken, however often it was tried, or not reached in time
    List<Optional<Position>> put(List<Entry> entries, Deadline deadline) throws InterruptedException {
        List<Optional<Position>> positions = new ArrayList<>();
        while (positions.size() < entries.size() && deadline.remainingMillis() > RESERVE_MILLIS) {
            List<Entry> some = second(entries.subList(positions.size(), entries.size()));
            pause.millis(owedMillis);
            owedMillis = Math.max(SECOND_MILLIS * some.size() / RECORDS_A_SECOND,
                    SECOND_MILLIS * some.stream().mapToLong(Entry::bytes).sum() / BYTES_A_SECOND);
            positions.addAll(putSome(some, deadline));
        }
        while (positions.size() < entries.size()) {
            positions.add(Optional.empty());
        }
        return positions;
    }

    /// The first records, as many as may be put in a second, at least one.
    private static List<Entry> second(List<Entry> entries) {
        int count = 1;
        long bytes = entries.getFirst().bytes();
        while (count < Math.min(entries.size(), RECORDS_A_SECOND) && bytes + entries.get(count).bytes() <= BYTES_A_SECOND) {
            bytes += entries.get(count).bytes();
            count++;
        }
        return entries.subList(0, count);
    }

    private List<Optional<Position>> putSome(List<Entry> some, Deadline deadline) throws InterruptedException {
        List<Optional<Position>> positions = new ArrayList<>(some.stream().map(_ -> Optional.<Position>empty()).toList());
        for (int attempt = 0; attempt < TRIES_MAX && positions.stream().anyMatch(Optional::isEmpty); attempt++) {
            if (attempt > 0) {
                if (deadline.remainingMillis() <= RESERVE_MILLIS) {
                    return positions;
                }
                pause.millis(random.nextLong(1 + (BACKOFF_MILLIS << attempt)));
            }
            putMissing(some, positions);
        }
        return positions;
    }

    private void putMissing(List<Entry> some, List<Optional<Position>> positions) {
        List<Integer> indexes = new ArrayList<>();
        List<PutRecordsRequestEntry> records = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            if (positions.get(i).isEmpty()) {
                indexes.add(i);
                records.add(PutRecordsRequestEntry.builder().partitionKey(some.get(i).partitionKey()).data(SdkBytes.fromByteArrayUnsafe(some.get(i).payload())).build());
            }
        }
        PutRecordsResponse response = kinesis.putRecords(put -> put.streamName(stream).records(records));
        // the results are in the order of the request (Kinesis API reference, PutRecords)
        for (int i = 0; i < indexes.size(); i++) {
            PutRecordsResultEntry result = response.records().get(i);
            if (result.errorCode() == null) {
                positions.set(indexes.get(i), Optional.of(new Position(result.shardId(), result.sequenceNumber())));
            }
        }
    }
}
