package dev.millrace.sweep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/// As much of Kinesis as a sweep asks for: throttles the records of some things, once each.
final class FakeKinesis implements KinesisClient {
    private final List<String> records = new ArrayList<>();
    private final Set<String> throttled = new HashSet<>();

    void throttleOnce(String thing) {
        throttled.add(thing);
    }

    /// Stream, partition key and payload of each.
    List<String> records() {
        return records;
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        if (request.records().isEmpty() || request.records().size() > 500) {
            throw new IllegalArgumentException("not 1 to 500 records: " + request.records().size());
        }
        List<PutRecordsResultEntry> results = new ArrayList<>();
        for (PutRecordsRequestEntry entry : request.records()) {
            if (throttled.remove(entry.partitionKey())) {
                results.add(PutRecordsResultEntry.builder().errorCode("ProvisionedThroughputExceededException").build());
            } else {
                records.add("%s %s %s".formatted(request.streamName(), entry.partitionKey(), entry.data().asUtf8String()));
                results.add(PutRecordsResultEntry.builder().sequenceNumber("1").shardId("shardId-0").build());
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
