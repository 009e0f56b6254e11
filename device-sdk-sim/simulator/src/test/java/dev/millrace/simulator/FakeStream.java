package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Decoded;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A stream that takes everything, unless told otherwise.
final class FakeStream implements PackStream {
    final List<Outgoing> records = new ArrayList<>();
    private final VirtualTime time;
    private final RandomGenerator random;
    int calls;
    /// Probability that a record is refused, that a call fails, and that it fails though the stream has the records.
    double refusals;
    double failures;
    double lostAnswers;
    int recordsPerSecond = Integer.MAX_VALUE;
    boolean isGone;
    private long second;
    private int takenInSecond;

    FakeStream(VirtualTime time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    @Override
    public List<Optional<String>> put(List<Outgoing> put) throws Unusable {
        calls++;
        assertThat(put).hasSizeBetween(1, 500);
        assertThat(put.stream().mapToInt(record -> record.payload().length + record.thing().length()).sum()).isLessThanOrEqualTo(5_000_000);
        if (isGone) {
            throw new Unusable("stream s cannot be written: it is gone", null);
        }
        if (random.nextDouble() < failures) {
            throw new IllegalStateException("503");
        }
        List<Optional<String>> answers = put.stream().map(record -> take(record) ? Optional.<String>empty() : Optional.of("throttled")).toList();
        if (random.nextDouble() < lostAnswers) {
            throw new IllegalStateException("connection reset");
        }
        return answers;
    }

    private boolean take(Outgoing record) {
        long now = time.nanoTime() / 1_000_000_000;
        takenInSecond = now == second ? takenInSecond : 0;
        second = now;
        if (takenInSecond >= recordsPerSecond || random.nextDouble() < refusals) {
            return false;
        }
        takenInSecond++;
        records.add(record);
        return true;
    }

    /// As the functions read the stream: what another thing claims does not count.
    List<ReadingId> ids() {
        return records.stream().flatMap(record -> ids(record).stream()).toList();
    }

    static List<ReadingId> ids(Outgoing record) {
        return PackCodec.anyFormat().decode(record.payload()) instanceof Decoded.Telemetry(var pack) && pack.thing().equals(record.thing())
                ? pack.readings().stream().map(Reading::id).toList() : List.of();
    }

    @Override
    public void close() {
        // nothing to close
    }
}
