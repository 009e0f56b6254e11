package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kinesis.KinesisEvent;
import dev.millrace.pipeline.StreamRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KinesisEventBytesTest {
    private static final long ARRIVED = 1_795_000_001_007L;

    @Test
    void isTheEventThatLambdaDelivers() {
        KinesisEventBytes event = KinesisEventBytes.cut(6, List.of(new Message("truck-1", ARRIVED, "hi".getBytes(UTF_8)))).getFirst();

        assertThat(new String(event.json(), UTF_8)).isEqualTo("""
                {"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"truck-1",\
                "sequenceNumber":"49590338271490256608559692538361571000000000000000000000",\
                "data":"aGk=","approximateArrivalTimestamp":1795000001.007},"eventSource":"aws:kinesis","eventVersion":"1.0",\
                "eventID":"shardId-000000000006:49590338271490256608559692538361571000000000000000000000","eventName":"aws:kinesis:record",\
                "invokeIdentityArn":"arn:aws:iam::123456789012:role/millrace-ingest","awsRegion":"eu-central-1",\
                "eventSourceARN":"arn:aws:kinesis:eu-central-1:123456789012:stream/millrace-telemetry"}]}""");
        assertThat(event.payloadBytes()).isEqualTo(2);
        assertThat(event.lastArrivedAtMillis()).isEqualTo(ARRIVED);
    }

    @Test
    void theFunctionReadsEveryRecordInOrderWithItsKeyArrivalAndBytes() throws IOException {
        List<Message> messages = IntStream.range(0, 25_000)
                .mapToObj(i -> new Message("truck-" + i % 7, ARRIVED + i, ("payload " + i).getBytes(UTF_8))).toList();

        List<StreamRecord> read = read(KinesisEventBytes.cut(0, messages));

        assertThat(read).extracting(StreamRecord::partitionKey).isEqualTo(messages.stream().map(Message::thing).toList());
        assertThat(read).extracting(StreamRecord::arrivedAtMillis).isEqualTo(messages.stream().map(Message::arrivedAtMillis).toList());
        assertThat(read).extracting(record -> new String(record.payload(), UTF_8)).startsWith("payload 0", "payload 1").endsWith("payload 24999");
        assertThat(read).extracting(StreamRecord::sequenceNumber).isSortedAccordingTo(Comparator.naturalOrder()).doesNotHaveDuplicates();
    }

    @Test
    void anEventHoldsAtMostTenThousandRecords() {
        List<Message> messages = IntStream.range(0, 20_001).mapToObj(i -> new Message("t", ARRIVED, new byte[1])).toList();

        assertThat(KinesisEventBytes.cut(0, messages)).extracting(KinesisEventBytes::records).containsExactly(10_000, 10_000, 1);
    }

    @Test
    void anEventIsNeverOverSixMegabytesAndNoSmallerThanItMust() {
        List<Message> messages = IntStream.range(0, 200).mapToObj(i -> new Message("t", ARRIVED, new byte[100_000])).toList();

        List<KinesisEventBytes> events = KinesisEventBytes.cut(0, messages);

        assertThat(events).allSatisfy(event -> assertThat(event.json().length).isLessThanOrEqualTo(6_000_000));
        int recordBytes = events.getFirst().json().length / events.getFirst().records();
        assertThat(events.subList(0, events.size() - 1)).allSatisfy(event -> assertThat(event.json().length + recordBytes).isGreaterThan(6_000_000));
        assertThat(events.stream().mapToInt(KinesisEventBytes::records).sum()).isEqualTo(200);
    }

    private static List<StreamRecord> read(List<KinesisEventBytes> events) throws IOException {
        List<StreamRecord> records = new ArrayList<>();
        for (KinesisEventBytes event : events) {
            records.addAll(KinesisEvent.read(new ByteArrayInputStream(event.json())).records());
        }
        return records;
    }
}
