package dev.millrace.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/// As much of Kinesis as a redrive asks for: one shard, which refuses the records that it is told to.
final class FakeKinesis implements KinesisClient {
    static final String SHARD = "shardId-000000000000";

    /// @param text the payload
    record Put(String partitionKey, String text, Position position) {
    }

    private final List<Put> puts = new ArrayList<>();
    private final List<Integer> callSizes = new ArrayList<>();
    private Predicate<String> refuses = _ -> false;
    private long nextSequenceNumber = 1_000;

    /// @param which of the partition keys
    void refuse(Predicate<String> which) {
        refuses = which;
    }

    List<Put> puts() {
        return puts;
    }

    List<Integer> callSizes() {
        return callSizes;
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        if (request.records().isEmpty() || request.records().size() > 500 || !request.streamName().equals("telemetry")) {
            throw new IllegalArgumentException("not 1 to 500 records for telemetry: %d for %s".formatted(request.records().size(), request.streamName()));
        }
        callSizes.add(request.records().size());
        List<PutRecordsResultEntry> results = new ArrayList<>();
        for (PutRecordsRequestEntry entry : request.records()) {
            if (refuses.test(entry.partitionKey())) {
                results.add(PutRecordsResultEntry.builder().errorCode("ProvisionedThroughputExceededException").build());
            } else {
                String sequenceNumber = Long.toString(nextSequenceNumber++);
                puts.add(new Put(entry.partitionKey(), new String(entry.data().asByteArray(), UTF_8), new Position(SHARD, sequenceNumber)));
                results.add(PutRecordsResultEntry.builder().sequenceNumber(sequenceNumber).shardId(SHARD).build());
            }
        }
        int failed = (int) results.stream().filter(result -> result.errorCode() != null).count();
        return PutRecordsResponse.builder().failedRecordCount(failed).records(results).build();
    }

    @Override
    public String serviceName() {
        return "kinesis";
    }

    @Override
    public void close() {
    }
}
