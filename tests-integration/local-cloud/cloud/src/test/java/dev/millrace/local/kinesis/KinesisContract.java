package dev.millrace.local.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/// What any Kinesis does for the real AWS client. It runs against ours, in both protocols, and against an
/// implementation that we did not write. Where the two differ on purpose a method says so.
abstract class KinesisContract {
    static final BigInteger KEY_SPACE = BigInteger.ONE.shiftLeft(128);

    abstract KinesisClient kinesis();

    /// 1 MiB and 1,000 records a second into a shard.
    abstract boolean enforcesThroughputLimits();

    /// At most 500 records and 10 MiB a call.
    abstract boolean enforcesBatchLimits();

    /// A closed shard ends above all its records and below its children, as on AWS.
    abstract boolean endsClosedShardsInOrder();

    /// An iterator that was never given out is answered with status 400, as on AWS, and not with 500.
    abstract boolean blamesTheClientForNonsense();

    @Test
    void aNewStreamDividesTheKeySpaceEvenly() throws Exception {
        List<Shard> shards = shards(newStream(3));

        assertThat(shards).extracting(Shard::shardId)
                .containsExactly("shardId-000000000000", "shardId-000000000001", "shardId-000000000002");
        BigInteger next = BigInteger.ZERO;
        for (Shard shard : shards) {
            assertThat(shard.hashKeyRange().startingHashKey()).isEqualTo(next.toString());
            next = new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE);
            assertThat(shard.parentShardId()).isNull();
            assertThat(shard.sequenceNumberRange().endingSequenceNumber()).isNull();
        }
        assertThat(next).isEqualTo(KEY_SPACE);
    }

    @Test
    void streamsAreListedDescribedAndDeleted() throws Exception {
        String stream = newStream(2);

        assertThat(kinesis().listStreams(list -> list.limit(10_000)).streamNames()).contains(stream);
        var summary = kinesis().describeStreamSummary(call -> call.streamName(stream)).streamDescriptionSummary();
        assertThat(summary.openShardCount()).isEqualTo(2);
        assertThat(summary.retentionPeriodHours()).isEqualTo(24);
        assertThat(summary.streamARN()).startsWith("arn:aws:kinesis:eu-west-1:").endsWith(":stream/" + stream);
        assertThat(summary.streamCreationTimestamp())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        var description = kinesis().describeStream(call -> call.streamARN(summary.streamARN())).streamDescription();
        assertThat(description.shards()).hasSize(2);
        assertThat(description.hasMoreShards()).isFalse();
        assertThatThrownBy(() -> kinesis().createStream(call -> call.streamName(stream).shardCount(1)))
                .isInstanceOf(ResourceInUseException.class);

        kinesis().deleteStream(call -> call.streamName(stream));
        Await.until("stream is gone", Duration.ofSeconds(10), () ->
                !kinesis().listStreams(list -> list.limit(10_000)).streamNames().contains(stream));
    }

    @Test
    void shardsAreListedInPages() throws Exception {
        String stream = newStream(3);

        var first = kinesis().listShards(call -> call.streamName(stream).maxResults(2));
        var second = kinesis().listShards(call -> call.nextToken(first.nextToken()).maxResults(2));

        assertThat(first.shards()).hasSize(2);
        assertThat(second.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000002");
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void recordsOfOneKeyComeBackInOrderWithGrowingSequenceNumbers() throws Exception {
        String stream = newStream(4);
        List<PutRecordResponse> puts = IntStream.range(0, 20).mapToObj(i -> put(stream, "truck-1", "r" + i)).toList();

        assertThat(puts).extracting(PutRecordResponse::shardId).containsOnly(puts.getFirst().shardId());
        List<Record> records = read(stream, puts.getFirst().shardId(), ShardIteratorType.TRIM_HORIZON);
        assertThat(records).extracting(record -> record.data().asUtf8String())
                .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(i -> "r" + i).toList());
        assertThat(records).extracting(Record::sequenceNumber)
                .containsExactlyElementsOf(puts.stream().map(PutRecordResponse::sequenceNumber).toList());
        assertThat(records).extracting(record -> new BigInteger(record.sequenceNumber()))
                .isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
        assertThat(records).extracting(Record::partitionKey).containsOnly("truck-1");
        assertThat(records).allSatisfy(record -> assertThat(record.approximateArrivalTimestamp())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60)));
    }

    @Test
    void aKeyGoesToTheShardOfItsMd5() throws Exception {
        String stream = newStream(4);

        // the hash itself is held by HashRangeTest
        for (String key : List.of("truck-1", "truck-2", "truck-3", "truck-4", "truck-5", "ключ", "🚚")) {
            int quarter = HashRange.hash(key).shiftRight(126).intValueExact();
            assertThat(put(stream, key, "x").shardId()).isEqualTo("shardId-%012d".formatted(quarter));
        }
    }

    @Test
    void anExplicitHashKeyOverridesThePartitionKey() throws Exception {
        String stream = newStream(2);
        String last = KEY_SPACE.subtract(BigInteger.ONE).toString();

        var low = kinesis().putRecord(call -> call.streamName(stream).partitionKey("k").explicitHashKey("0")
                .data(SdkBytes.fromUtf8String("low")));
        var high = kinesis().putRecord(call -> call.streamName(stream).partitionKey("k").explicitHashKey(last)
                .sequenceNumberForOrdering(low.sequenceNumber()).data(SdkBytes.fromUtf8String("high")));

        assertThat(low.shardId()).isEqualTo("shardId-000000000000");
        assertThat(high.shardId()).isEqualTo("shardId-000000000001");
        assertThat(high.sequenceNumber()).isNotEqualTo(low.sequenceNumber());
        assertThatThrownBy(() -> kinesis().putRecord(call -> call.streamName(stream).partitionKey("k")
                .explicitHashKey(KEY_SPACE.toString()).data(SdkBytes.fromUtf8String("x"))))
                .isInstanceOf(KinesisException.class);
    }

    @Test
    void putRecordsAnswersInTheOrderOfTheRequest() throws Exception {
        String stream = newStream(2);

        PutRecordsResponse answer = putAll(stream, IntStream.range(0, 10).mapToObj(i ->
                PutRecordsRequestEntry.builder().partitionKey("k" + i).explicitHashKey(i % 2 == 0 ? "0"
                        : KEY_SPACE.subtract(BigInteger.ONE).toString()).data(SdkBytes.fromUtf8String("r" + i)).build())
                .toList());

        assertThat(answer.failedRecordCount()).isZero();
        assertThat(answer.records()).extracting(PutRecordsResultEntry::shardId).containsExactlyElementsOf(
                IntStream.range(0, 10).mapToObj(i -> "shardId-%012d".formatted(i % 2)).toList());
        Map<String, String> dataBySequence = new HashMap<>();
        for (String shard : List.of("shardId-000000000000", "shardId-000000000001")) {
            read(stream, shard, ShardIteratorType.TRIM_HORIZON)
                    .forEach(record -> dataBySequence.put(record.sequenceNumber(), record.data().asUtf8String()));
        }
        assertThat(answer.records()).extracting(entry -> dataBySequence.get(entry.sequenceNumber()))
                .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> "r" + i).toList());
    }

    @Test
    void aShardThatGetsTooMuchRefusesEntriesOneByOne() throws Exception {
        String stream = newStream(1);
        byte[] large = new byte[900_000];

        PutRecordsResponse answer = putAll(stream, IntStream.range(0, 3).mapToObj(i -> entry("k" + i, large)).toList());

        List<String> errors = answer.records().stream().map(PutRecordsResultEntry::errorCode).toList();
        if (enforcesThroughputLimits()) {
            assertThat(answer.failedRecordCount()).isEqualTo(2);
            assertThat(errors).containsExactly(null, "ProvisionedThroughputExceededException",
                    "ProvisionedThroughputExceededException");
            assertThat(answer.records().getLast().sequenceNumber()).isNull();
            assertThat(answer.records().getLast().errorMessage()).contains("shardId-000000000000", stream);
        } else {
            assertThat(errors).containsOnlyNulls();
        }
    }

    @Test
    void aCallWithMoreThan500RecordsIsRefused() throws Exception {
        String stream = newStream(1);

        checkBatchLimit(() -> putAll(stream, IntStream.range(0, 501).mapToObj(i -> entry("k", new byte[1])).toList()));
    }

    @Test
    void aCallWithMoreThan10MebibytesIsRefused() throws Exception {
        String stream = newStream(1);

        checkBatchLimit(() -> putAll(stream,
                IntStream.range(0, 11).mapToObj(i -> entry("k", new byte[(1 << 20) - 1])).toList()));
    }

    private void checkBatchLimit(ThrowingCallable call) {
        Optional<Throwable> failure = Optional.ofNullable(catchThrowable(call));

        assertThat(failure.isPresent()).isEqualTo(enforcesBatchLimits());
        failure.ifPresent(thrown -> assertThat(((KinesisException) thrown).statusCode()).isEqualTo(400));
    }

    @Test
    void aRecordAboveOneMebibyteIsRefused() throws Exception {
        String stream = newStream(1);

        assertThatThrownBy(() -> kinesis().putRecord(call -> call.streamName(stream).partitionKey("k")
                .data(SdkBytes.fromByteArray(new byte[(1 << 20) + 1]))))
                .isInstanceOfSatisfying(KinesisException.class, e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    @Test
    void aPartitionKeyHas1To256Characters() throws Exception {
        String stream = newStream(1);

        assertThat(put(stream, "k".repeat(256), "x").shardId()).isNotNull();
        for (String key : List.of("", "k".repeat(257))) {
            assertThatThrownBy(() -> put(stream, key, "x"))
                    .isInstanceOfSatisfying(KinesisException.class, e -> assertThat(e.statusCode()).isEqualTo(400));
        }
    }

    @Test
    void whatDoesNotExistIsNotFound() throws Exception {
        String stream = newStream(1);

        assertThatThrownBy(() -> put("no-such-stream", "k", "x")).isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> iterator(stream, "shardId-000000000099", ShardIteratorType.LATEST))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void anIteratorThatWasNeverGivenOutIsRefused() {
        assertThatThrownBy(() -> kinesis().getRecords(call -> call.shardIterator("nonsense")))
                .isInstanceOf(blamesTheClientForNonsense() ? InvalidArgumentException.class : KinesisException.class);
    }

    @Test
    void readingStartsWhereTheIteratorSays() throws Exception {
        String stream = newStream(1);
        String shard = "shardId-000000000000";
        List<String> numbers = IntStream.range(0, 4).mapToObj(i -> put(stream, "k", "r" + i).sequenceNumber()).toList();
        String latest = iterator(stream, shard, ShardIteratorType.LATEST);
        put(stream, "k", "r4");

        assertThat(texts(read(stream, shard, ShardIteratorType.TRIM_HORIZON))).containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(texts(readAll(latest))).containsExactly("r4");
        assertThat(texts(readAll(iterator(call(stream, shard).shardIteratorType(ShardIteratorType.AT_SEQUENCE_NUMBER)
                .startingSequenceNumber(numbers.get(2)))))).containsExactly("r2", "r3", "r4");
        assertThat(texts(readAll(iterator(call(stream, shard).shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .startingSequenceNumber(numbers.get(2)))))).containsExactly("r3", "r4");
    }

    @Test
    void readingFromATimestampReturnsWhatArrivedSince() throws Exception {
        String stream = newStream(1);
        String shard = "shardId-000000000000";
        Instant first = put(stream, "k", "before") == null ? Instant.EPOCH
                : read(stream, shard, ShardIteratorType.TRIM_HORIZON).getFirst().approximateArrivalTimestamp();
        Await.until("20 ms later", Duration.ofSeconds(5), () -> Instant.now().isAfter(first.plusMillis(20)));
        put(stream, "k", "after");

        Instant between = first.plusMillis(10);
        assertThat(texts(readAll(iterator(call(stream, shard).shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                .timestamp(between))))).containsExactly("after");
        assertThat(texts(readAll(iterator(call(stream, shard).shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                .timestamp(first.minusSeconds(5)))))).containsExactly("before", "after");
    }

    @Test
    void aReadReturnsNoMoreThanItsLimitAndSaysHowFarBehindItIs() throws Exception {
        String stream = newStream(1);
        IntStream.range(0, 5).forEach(i -> put(stream, "k", "r" + i));
        String start = iterator(stream, "shardId-000000000000", ShardIteratorType.TRIM_HORIZON);

        GetRecordsResponse some = getRecords(start, 3);
        GetRecordsResponse rest = getRecords(some.nextShardIterator(), 3);

        assertThat(texts(some.records())).containsExactly("r0", "r1", "r2");
        assertThat(some.millisBehindLatest()).isNotNegative();
        assertThat(texts(rest.records())).containsExactly("r3", "r4");
        assertThat(rest.millisBehindLatest()).isZero();
        assertThat(rest.nextShardIterator()).isNotEmpty();
    }

    @Test
    void aSplitShardEndsAndNamesItsChildren() throws Exception {
        String stream = newStream(1);
        PutRecordResponse before = put(stream, "k", "before");

        kinesis().splitShard(call -> call.streamName(stream).shardToSplit("shardId-000000000000")
                .newStartingHashKey(KEY_SPACE.shiftRight(1).toString()));
        awaitActive(stream);

        List<Shard> shards = shards(stream);
        assertThat(shards).hasSize(3);
        assertThat(shards.subList(1, 3)).extracting(Shard::parentShardId).containsOnly("shardId-000000000000");
        PutRecordResponse after = put(stream, "k", "after");
        assertThat(after.shardId()).isNotEqualTo(before.shardId());
        assertThat(new BigInteger(after.sequenceNumber())).isGreaterThan(new BigInteger(before.sequenceNumber()));
        var drained = new Drained(iterator(stream, "shardId-000000000000", ShardIteratorType.TRIM_HORIZON));
        assertThat(texts(drained.records)).containsExactly("before");
        assertThat(drained.children).extracting(ChildShard::shardId)
                .containsExactlyInAnyOrder("shardId-000000000001", "shardId-000000000002");
        assertThat(drained.children).allSatisfy(child ->
                assertThat(child.parentShards()).containsExactly("shardId-000000000000"));
        var end = new BigInteger(shards.getFirst().sequenceNumberRange().endingSequenceNumber());
        var childStart = new BigInteger(shards.get(1).sequenceNumberRange().startingSequenceNumber());
        assertThat(end.compareTo(new BigInteger(before.sequenceNumber())) > 0 && end.compareTo(childStart) < 0)
                .isEqualTo(endsClosedShardsInOrder());
    }

    @Test
    void mergedShardsHaveOneChild() throws Exception {
        String stream = newStream(2);

        kinesis().mergeShards(call -> call.streamName(stream).shardToMerge("shardId-000000000000")
                .adjacentShardToMerge("shardId-000000000001"));
        awaitActive(stream);

        Shard child = shards(stream).getLast();
        assertThat(child.shardId()).isEqualTo("shardId-000000000002");
        assertThat(child.parentShardId()).isEqualTo("shardId-000000000000");
        assertThat(child.adjacentParentShardId()).isEqualTo("shardId-000000000001");
        assertThat(put(stream, "k", "x").shardId()).isEqualTo("shardId-000000000002");
        var drained = new Drained(iterator(stream, "shardId-000000000001", ShardIteratorType.TRIM_HORIZON));
        assertThat(drained.children).extracting(ChildShard::shardId).containsExactly("shardId-000000000002");
        assertThat(drained.children.getFirst().parentShards())
                .containsExactlyInAnyOrder("shardId-000000000000", "shardId-000000000001");
    }

    @Test
    void theNumberOfShardsCanBeDoubled() throws Exception {
        String stream = newStream(2);

        kinesis().updateShardCount(call -> call.streamName(stream).targetShardCount(4).scalingType("UNIFORM_SCALING"));
        awaitActive(stream);

        assertThat(kinesis().describeStreamSummary(call -> call.streamName(stream)).streamDescriptionSummary()
                .openShardCount()).isEqualTo(4);
        assertThat(kinesis().listShards(call -> call.streamName(stream)
                .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST))).shards()).hasSize(4);
        assertThat(shards(stream)).hasSize(6);
    }

    String newStream(int shards) throws Exception {
        String name = "contract-" + UUID.randomUUID();
        kinesis().createStream(call -> call.streamName(name).shardCount(shards));
        awaitActive(name);
        return name;
    }

    private void awaitActive(String stream) throws Exception {
        Await.until(stream + " is active", Duration.ofSeconds(20), () -> kinesis()
                .describeStreamSummary(call -> call.streamName(stream))
                .streamDescriptionSummary().streamStatus() == StreamStatus.ACTIVE);
    }

    private List<Shard> shards(String stream) {
        return kinesis().listShards(call -> call.streamName(stream)).shards().stream()
                .sorted(Comparator.comparing(Shard::shardId)).toList();
    }

    PutRecordResponse put(String stream, String key, String data) {
        return kinesis().putRecord(call -> call.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(data)));
    }

    PutRecordsResponse putAll(String stream, List<PutRecordsRequestEntry> entries) {
        return kinesis().putRecords(call -> call.streamName(stream).records(entries));
    }

    static PutRecordsRequestEntry entry(String key, byte[] data) {
        return PutRecordsRequestEntry.builder().partitionKey(key).data(SdkBytes.fromByteArray(data)).build();
    }

    private static GetShardIteratorRequest.Builder call(String stream, String shard) {
        return GetShardIteratorRequest.builder().streamName(stream).shardId(shard);
    }

    private String iterator(GetShardIteratorRequest.Builder call) {
        return kinesis().getShardIterator(call.build()).shardIterator();
    }

    String iterator(String stream, String shard, ShardIteratorType type) {
        return iterator(call(stream, shard).shardIteratorType(type));
    }

    private List<Record> read(String stream, String shard, ShardIteratorType type) {
        return readAll(iterator(stream, shard, type));
    }

    /// Reads until there is nothing left for now.
    private List<Record> readAll(String iterator) {
        var records = new ArrayList<Record>();
        GetRecordsResponse page = getRecords(iterator, 1_000);
        records.addAll(page.records());
        while (page.nextShardIterator() != null && page.millisBehindLatest() > 0) {
            page = getRecords(page.nextShardIterator(), 1_000);
            records.addAll(page.records());
        }
        return records;
    }

    GetRecordsResponse getRecords(String iterator, int limit) {
        return kinesis().getRecords(call -> call.shardIterator(iterator).limit(limit));
    }

    private static List<String> texts(List<Record> records) {
        return records.stream().map(record -> new String(record.data().asByteArrayUnsafe(), UTF_8)).toList();
    }

    /// Everything that a closed shard still gives, until it says that it has ended.
    private final class Drained {
        final List<Record> records = new ArrayList<>();
        final List<ChildShard> children = new ArrayList<>();

        Drained(String start) {
            String next = start;
            for (int calls = 0; next != null; calls++) {
                assertThat(calls).as("calls without an end of the shard").isLessThan(5);
                GetRecordsResponse page = getRecords(next, 100);
                records.addAll(page.records());
                children.addAll(page.childShards());
                next = page.nextShardIterator();
            }
        }
    }
}
