package dev.millrace.sweep;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Sweep;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/// PutRecords under the things' own partition keys. A call takes 500 records and 5 MB, keys included: a second's sweeps are
/// fewer, and each is a few bytes and its key.
final class KinesisSweepStream implements SweepStream {
    private final KinesisClient kinesis;
    private final String stream;

    KinesisSweepStream(KinesisClient kinesis, String stream) {
        this.kinesis = requireNonNull(kinesis, "kinesis is null");
        this.stream = requireNonNull(stream, "stream is null");
    }

    @Override
    public List<String> put(List<String> things) {
        SdkBytes payload = SdkBytes.fromByteArray(Sweep.payload());
        List<PutRecordsRequestEntry> entries = things.stream()
                .map(thing -> PutRecordsRequestEntry.builder().partitionKey(thing).data(payload).build()).toList();
        PutRecordsResponse response = kinesis.putRecords(put -> put.streamName(stream).records(entries));
        List<String> refused = new ArrayList<>();
        // the results are in the order of the request (Kinesis API reference, PutRecords)
        for (int i = 0; i < things.size(); i++) {
            PutRecordsResultEntry result = response.records().get(i);
            if (result.errorCode() != null) {
                refused.add(things.get(i));
            }
        }
        return refused;
    }
}
