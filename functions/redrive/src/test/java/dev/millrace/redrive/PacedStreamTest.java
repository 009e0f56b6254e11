package dev.millrace.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacedStreamTest {
    private final FakeKinesis kinesis = new FakeKinesis();
    private final List<Long> pauses = new ArrayList<>();
    private final PacedStream stream = new PacedStream(kinesis, "telemetry", new SplittableRandom(1), pauses::add);

    @Test
    void recordsTakeTheirTimeSoThatDevicesKeepTheirRoom() throws InterruptedException {
        stream.put(entries(1_000, 10), Deadline.NONE);

        assertThat(kinesis.callSizes()).containsExactly(250, 250, 250, 250);
        assertThat(pauses).containsExactly(0L, 1_000L, 1_000L, 1_000L);
    }

    @Test
    void soDoBytesAndARecordOfMoreThanASecondGoesAlone() throws InterruptedException {
        List<PacedStream.Entry> entries = new ArrayList<>(entries(3, 100_000));
        entries.addAll(entries(1, 1 << 20));
        entries.addAll(entries(1, 10));

        assertThat(stream.put(entries, Deadline.NONE)).doesNotContain(Optional.empty());

        assertThat(kinesis.callSizes()).containsExactly(2, 1, 1, 1);
        assertThat(pauses).containsExactly(0L, 762L, 381L, 4_000L);
    }

    @Test
    void callsOfOneRunKeepThePaceTogether() throws InterruptedException {
        stream.put(entries(250, 10), Deadline.NONE);
        stream.put(entries(250, 10), Deadline.NONE);

        assertThat(pauses).containsExactly(0L, 1_000L);
    }

    @Test
    void onlyWhatWasNotTakenIsPutAgain() throws InterruptedException {
        var refusals = new AtomicInteger(2);
        kinesis.refuse(key -> key.equals("thing-3") && refusals.getAndDecrement() > 0);

        List<Optional<Position>> positions = stream.put(entries(5, 10), Deadline.NONE);

        assertThat(kinesis.callSizes()).containsExactly(5, 1, 1);
        assertThat(positions).doesNotContain(Optional.empty());
        assertThat(kinesis.puts()).extracting(FakeKinesis.Put::partitionKey).containsExactly("thing-0", "thing-1", "thing-2", "thing-4", "thing-3");
        assertThat(kinesis.puts().getLast().position()).isEqualTo(positions.get(3).orElseThrow());
    }

    @Test
    void whatIsNeverTakenIsGivenUp() throws InterruptedException {
        kinesis.refuse("thing-1"::equals);

        List<Optional<Position>> positions = stream.put(entries(3, 10), Deadline.NONE);

        assertThat(kinesis.callSizes()).hasSize(PacedStream.TRIES_MAX);
        assertThat(positions).extracting(Optional::isPresent).containsExactly(true, false, true);
    }

    @Test
    void whenTimeIsUpTheRestIsNotPut() throws InterruptedException {
        var left = new AtomicInteger(11_000);

        List<Optional<Position>> positions = stream.put(entries(600, 10), () -> left.getAndAdd(-600));

        assertThat(positions).hasSize(600);
        assertThat(positions.stream().filter(Optional::isPresent)).hasSize(500);
        assertThat(kinesis.puts()).hasSize(500);
    }

    private static List<PacedStream.Entry> entries(int count, int bytes) {
        return IntStream.range(0, count).mapToObj(number -> new PacedStream.Entry("thing-" + number, new byte[bytes])).toList();
    }
}
