package dev.millrace.local.timestream;

import static dev.millrace.local.timestream.TimestreamServer.NOW;
import static dev.millrace.local.timestream.TimestreamServer.truck;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;

class ConcurrentUseTest {
    private static final int WRITERS = 4;
    private static final int BATCHES = 40;
    private static final int VERSIONS = 3;

    private final TimestreamServer server = TimestreamServer.withTable();

    @AfterEach
    void stop() {
        server.close();
    }

    /// Every writer writes its own keys in rising versions, with columns of its own, while readers ask.
    @Test
    void queriesDuringWritesSeeWholeRowsAndInTheEndAllOfThem() throws Exception {
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int w = writer;
            work.add(() -> {
                for (int version = 1; version <= VERSIONS; version++) {
                    for (int batch = 0; batch < BATCHES; batch++) {
                        server.write(batch(w, batch, version));
                    }
                }
                return true;
            });
        }
        for (int reader = 0; reader < 2; reader++) {
            work.add(() -> {
                long before = 0;
                for (int i = 0; i < 30; i++) {
                    List<String> row = server.query("SELECT count(*), count(speed_kmh), count(distinct thing || cast(time as varchar)) FROM fleet.readings").getFirst();
                    long rows = Long.parseLong(row.getFirst());
                    assertThat(row).as("no row doubled or torn").containsOnly(row.getFirst());
                    assertThat(rows).isGreaterThanOrEqualTo(before);
                    before = rows;
                }
                return true;
            });
        }

        server.write(batch(0, 0, 1));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        }

        long keys = (long) WRITERS * BATCHES * 25;
        assertThat(server.query("SELECT count(*), min(speed_kmh), max(speed_kmh) FROM fleet.readings"))
                .containsExactly(List.of(Long.toString(keys), VERSIONS + ".0", VERSIONS + ".0"));
        assertThat(server.value("SELECT count(own_3) FROM fleet.readings")).isEqualTo(Long.toString(keys / WRITERS));
    }

    private static Record[] batch(int writer, int batch, int version) {
        return IntStream.range(0, 25).mapToObj(i -> truck("truck-" + writer, NOW.minusSeconds(batch * 25L + i), version).version((long) version)
                .measureValues(TimestreamServer.measure("speed_kmh", Integer.toString(version), MeasureValueType.DOUBLE),
                        TimestreamServer.measure("own_" + writer, "1", MeasureValueType.BIGINT)).build()).toArray(Record[]::new);
    }
}
