package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.LandedRows;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// How much processor time Parquet's own library takes beside our writer for the same sorted readings of trucks, in turns in one
/// JVM, all its threads counted; ours takes the readings apart besides:
///
/// `mvn -B test -pl functions/lake -am -Dtest=RowByRowBenchmarkTest -Dfuzz.skip -Dsurefire.failIfNoSpecifiedTests=false
/// -DargLine.extra="-Dmillrace.bench.rows=40000"`
@EnabledIfSystemProperty(named = "millrace.bench.rows", matches = "\\d+")
class RowByRowBenchmarkTest {
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 20;

    private interface Write {
        byte[] write() throws IOException;
    }

    @Test
    void ourWriterBesideParquets() throws IOException {
        List<Landed> readings = readings(Integer.getInteger("millrace.bench.rows"));
        Write ours = () -> ReadingsParquet.write(LandedRows.of(TRUCK, readings), Map.of());
        Write parquets = () -> RowByRowParquet.write(TRUCK, readings, Map.of());
        double[] ratios = new double[ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            double ratio = (double) cpuNanos(parquets) / cpuNanos(ours);
            if (round >= 0) {
                ratios[round] = ratio;
            }
        }
        Arrays.sort(ratios);
        System.out.printf("%,d readings: Parquet's library takes %.1f times the processor time of ours (median of %d rounds, %.1f to %.1f); %,d bytes, ours %,d%n",
                readings.size(), ratios[ROUNDS / 2], ROUNDS, ratios[0], ratios[ROUNDS - 1], parquets.write().length, ours.write().length);
        assertThat(ratios[0]).isPositive();
    }

    private static long cpuNanos(Write write) throws IOException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        write.write();
        return system.getProcessCpuTime() - before;
    }

    private static List<Landed> readings(int rows) {
        var random = new SplittableRandom(1);
        List<Landed> readings = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            var measures = new TreeMap<String, Double>();
            for (DeviceType.Measure measure : TRUCK.measures()) {
                measures.put(measure.name(), Math.round((measure.min() + (measure.max() - measure.min()) * random.nextDouble()) * 10) / 10.0);
            }
            long takenAt = 1_795_000_000_000L + row * 1_000L;
            readings.add(new Landed(new Reading(new ReadingId("truck-%05d".formatted(row / 100), 1, row + 1L), takenAt, measures), takenAt + 1_500));
        }
        return readings;
    }
}
