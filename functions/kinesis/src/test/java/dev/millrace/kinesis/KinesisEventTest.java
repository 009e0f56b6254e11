package dev.millrace.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.StreamRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KinesisEventTest {
    /// The example of the AWS Lambda developer guide, with two records.
    private static final String EVENT = """
            {"Records":[
              {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"49590338271490256608559692538361571095921575989136588898",
                "data":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","approximateArrivalTimestamp":1545084650.987},
               "eventSource":"aws:kinesis","eventVersion":"1.0",
               "eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898","eventName":"aws:kinesis:record",
               "invokeIdentityArn":"arn:aws:iam::111122223333:role/lambda-role","awsRegion":"us-east-2",
               "eventSourceARN":"arn:aws:kinesis:us-east-2:111122223333:stream/lambda-stream"},
              {"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"2","sequenceNumber":"49590338271490256608559692540925702759324208523137515618",
                "data":"","approximateArrivalTimestamp":1545084711.166},
               "eventID":"shardId-000000000006:49590338271490256608559692540925702759324208523137515618"}]}""";

    private static final String BENDS = "0123456789.-eE\"{}[],: =+/aZ\\\t\u0001\u007f\u00ff";

    @Test
    void everyRecordComesWithItsBytesKeyAndArrival() throws IOException {
        Batch batch = read(EVENT);

        assertThat(batch.shard()).isEqualTo("shardId-000000000006");
        assertThat(batch.records()).hasSize(2);
        assertThat(batch.first().partitionKey()).isEqualTo("1");
        assertThat(batch.first().sequenceNumber()).isEqualTo("49590338271490256608559692538361571095921575989136588898");
        assertThat(batch.first().arrivedAtMillis()).isEqualTo(1_545_084_650_987L);
        assertThat(batch.first().payload()).asString(UTF_8).isEqualTo("Hello, this is a test.");
        assertThat(batch.last().payload()).isEmpty();
    }

    @Test
    void whatIsWrittenReadsBackAsTheSameBatch() throws IOException {
        var batch = new Batch("shardId-000000000006", List.of(new StreamRecord("49590338271490256608559692538361571095921575989136588898", "a\"thing", 1_545_084_650_987L, new byte[] {-1, 0, 65}),
                new StreamRecord("49590338271490256608559692538361571095921575989136588899", "2", 1_545_084_711_000L, new byte[0])));
        var event = new ByteArrayOutputStream();

        KinesisEvent.write(batch, event);

        assertThat(read(event.toString(UTF_8))).usingRecursiveComparison().isEqualTo(batch);
        assertThat(KinesisEvent.readStrictly(event.toByteArray())).usingRecursiveComparison().isEqualTo(batch);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                     | event has no Records
            []                                     | event must be START_OBJECT
            {"Records":[]}                         | event has no Records
            {"Records":[{"eventID":"x"}]}          | eventID must be <shard>:<sequence number>
            {"Records":[{"eventID":"shard:1"}]}    | record shard:1 lacks partitionKey
            """)
    void anEventThatIsNoneOfAKinesisMappingIsRefused(String event, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(event)).withMessageContaining(reason);
    }

    @Test
    void theFastWayReadsWhatTheReferenceReadsOrGivesUp() {
        byte[] event = EVENT.getBytes(UTF_8);
        assertThat(same(event)).as("the event as Lambda writes it is for the fast way").isTrue();
        var random = new SplittableRandom(3);
        int taken = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] bent = event.clone();
            bent[random.nextInt(bent.length)] = (byte) BENDS.charAt(random.nextInt(BENDS.length()));
            taken += same(bent) ? 1 : 0;
        }
        assertThat(taken).isGreaterThan(10_000);
    }

    @Test
    void thingsAreToldApartHoweverManyThereAre() {
        var event = new StringBuilder("{\"Records\":[");
        for (int i = 0; i < 3_000; i++) {
            event.append(i == 0 ? "" : ",").append("""
                    {"kinesis":{"partitionKey":"thing-%d","sequenceNumber":"%d","data":"","approximateArrivalTimestamp":1},"eventID":"shard:%d"}"""
                    .formatted(i * 7 % 1_100, i, i));
        }

        assertThat(same(event.append("]}").toString().getBytes(UTF_8))).isTrue();
    }

    /// @return whether the fast way took the event; then the reference must have read the same
    private static boolean same(byte[] event) {
        Batch fast = EventWalk.read(event);
        if (fast == null) {
            return false;
        }
        try {
            Batch reference = KinesisEvent.readStrictly(event);
            assertThat(fast.shard()).isEqualTo(reference.shard());
            assertThat(fast.records()).usingRecursiveFieldByFieldElementComparator().isEqualTo(reference.records());
            return true;
        } catch (IOException e) {
            throw new AssertionError("the reference refuses " + new String(event, UTF_8), e);
        }
    }

    @Test
    void aSettledBatchReportsNoFailure() throws IOException {
        assertThat(answer(new Fate.Settled())).isEqualTo("{\"batchItemFailures\":[]}");
    }

    @Test
    void aBatchToRetryReportsTheLowestFailedSequenceNumber() throws IOException {
        assertThat(answer(new Fate.RetryFrom("4959", "down"))).isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"4959\"}]}");
    }

    private static Batch read(String event) throws IOException {
        return KinesisEvent.read(new ByteArrayInputStream(event.getBytes(UTF_8)));
    }

    private static String answer(Fate fate) throws IOException {
        var out = new ByteArrayOutputStream();
        KinesisEvent.answer(fate, out);
        return out.toString(UTF_8);
    }
}
