package dev.millrace.local.lambda;

import static dev.millrace.local.lambda.StreamRecords.records;
import static dev.millrace.local.lambda.StreamRecords.sequenceNumber;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.kinesis.StreamRecord;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventJsonTest {
    private static final int SIX_MEGABYTES = 6 << 20;

    private final EventJson json = new EventJson("eu-west-1",
            "arn:aws:kinesis:eu-west-1:123456789012:stream/s", "arn:aws:iam::123456789012:role/f");

    @Test
    void anEventIsAsLambdaSendsIt() {
        assertThat(new String(json.event("shardId-000000000006", records(1, 2)), UTF_8)).isEqualTo("""
                {"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"truck-1",\
                "sequenceNumber":"%s","data":"cjE=","approximateArrivalTimestamp":1795428000.123},\
                "eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:%s",\
                "eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/f",\
                "awsRegion":"eu-west-1","eventSourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/s"}]}"""
                .formatted(sequenceNumber(1), sequenceNumber(1)));
    }

    @Test
    void aBatchIsCutBeforeItsEventExceedsSixMegabytes() {
        // control characters are the worst case: six bytes each in JSON
        for (String key : List.of("k", "\u0001".repeat(256))) {
            for (int bytes : new int[] {0, 1, 300, 100_000, (1 << 20) - 256}) {
                List<StreamRecord> many = Collections.nCopies(20_000,
                        new StreamRecord(1, sequenceNumber(1), key, 0, new byte[bytes]));
                int fits = json.fit(many, 20_000, SIX_MEGABYTES);

                int size = json.event("shardId-000000000000", many.subList(0, fits)).length;
                assertThat(size).isLessThanOrEqualTo(SIX_MEGABYTES);
                assertThat(fits).isPositive();
                if (bytes > 100_000) {
                    assertThat(fits).isEqualTo(4);
                }
            }
        }
    }

    @Test
    void aBatchHasNoMoreRecordsThanItsSize() {
        assertThat(json.fit(records(1, 50), 10, SIX_MEGABYTES)).isEqualTo(10);
        assertThat(json.fit(records(1, 5), 10, SIX_MEGABYTES)).isEqualTo(4);
        assertThat(json.fit(List.of(), 10, SIX_MEGABYTES)).isZero();
    }
}
