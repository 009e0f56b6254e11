package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.testkit.InMemoryTimeSeries;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// How many rows a second compaction takes on one core, over an hour of a fleet of trucks scaled down to fit, repeats among
/// them, and then merges the files of it. Objects and files are in memory; everything else is as deployed. Run it with the
/// heap of the function:
///
/// `mvn -B test -pl functions/compact -am -Dtest=CompactionBenchmarkTest -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.bench.trucks=500
/// -DargLine.extra="-Xmx1500m -Dmillrace.bench.trucks=500"`
@EnabledIfSystemProperty(named = "millrace.bench.trucks", matches = "\\d+")
class CompactionBenchmarkTest {
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final int SECONDS = 3_600;
    private static final int ROWS_AN_OBJECT = 10_000;

    @Test
    void compactsAnHourOfTrucksAndMergesItsFiles() throws IOException {
        int trucks = Integer.getInteger("millrace.bench.trucks");
        Instant start = Instant.parse("2026-11-27T09:00:00Z");
        Instant now = start.plus(Duration.ofMinutes(90));
        var storage = new FaultyStorage(() -> now);
        var catalog = new MemoryCatalog(storage);
        var landing = new LandedFiles(TRUCK, storage);
        long rows = land(landing, trucks, start);
        long landed = landing.objects().values().stream().mapToLong(bytes -> bytes.length).sum();

        ReadingsTable table = ReadingsTable.open(catalog, "lake", TRUCK, "s3://bucket/");
        // many commits, so that there are files to merge
        var compactor = new Compactor(table, landing, new Compactor.Settings(64 << 20, 256 << 20, Duration.ofMinutes(15), Duration.ofHours(25), Duration.ZERO), () -> now);
        Timing compaction = Timing.start();
        Compactor.Outcome outcome = compactor.run(Request.Compact.CLOSED_HOURS, Deadline.NONE);
        compaction.print("compaction", outcome.in().rows(), "%d commits, %,d duplicates, %,d landing objects of %,d bytes".formatted(
                outcome.commits(), outcome.duplicates().rows(), outcome.objects(), landed));

        Timing merging = Timing.start();
        SmallFiles.Outcome merged = new SmallFiles(table, new SmallFiles.Settings(256 << 20, 2, 24, 1L << 30, Duration.ofHours(3), Duration.ZERO), () -> now).run(Deadline.NONE);
        merging.print("merge", merged.rows(), "%d files into %d".formatted(merged.before(), merged.after()));

        Timing correcting = Timing.start();
        Corrections.Outcome corrected = new Corrections(table, new InMemoryTimeSeries()).run(outcome.completeToMillis(), Deadline.NONE);
        System.out.printf("corrections: %,d panes in %.1f s of processor%n", corrected.panes(), correcting.cpuSeconds());
        assertThat(outcome.in().rows()).isEqualTo(rows);
        assertThat(merged.rows()).isEqualTo(rows - outcome.duplicates().rows());
    }

    private record Timing(long wallNanos, long cpuNanos) {
        static Timing start() {
            return new Timing(System.nanoTime(), cpu());
        }

        private static long cpu() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        }

        double cpuSeconds() {
            return (cpu() - cpuNanos) / 1e9;
        }

        void print(String what, long rows, String details) {
            double wall = (System.nanoTime() - wallNanos) / 1e9;
            double cpu = cpuSeconds();
            System.out.printf("%s: %,d rows, %,.0f rows a second of processor, %,.0f a second; %s%n", what, rows, rows / cpu, rows / wall, details);
        }
    }

    /// @return rows, one in a hundred twice
    private static long land(LandedFiles landing, int trucks, Instant start) {
        var random = new SplittableRandom(1);
        List<Landed> batch = new ArrayList<>();
        long rows = 0;
        // packs of ten readings, of one truck after the other, as they arrive
        for (int second = 0; second < SECONDS; second += 10) {
            for (int truck = 0; truck < trucks; truck++) {
                long arrived = start.plusSeconds(second + 10).toEpochMilli();
                for (int i = 0; i < 10; i++) {
                    batch.add(new Landed(reading("truck-%05d".formatted(truck), second + i + 1, start.plusSeconds(second + i).toEpochMilli(), random), Math.min(arrived, start.plusSeconds(SECONDS - 1).toEpochMilli())));
                }
                if (random.nextInt(100) == 0) {
                    batch.addAll(batch.subList(batch.size() - 10, batch.size()));
                }
                if (batch.size() >= ROWS_AN_OBJECT) {
                    rows += batch.size();
                    landing.land(batch, batch.getFirst().arrivedAtMillis());
                    batch = new ArrayList<>();
                }
            }
        }
        if (!batch.isEmpty()) {
            rows += batch.size();
            landing.land(batch, batch.getFirst().arrivedAtMillis());
        }
        return rows;
    }

    private static Reading reading(String truck, long seq, long takenAt, SplittableRandom random) {
        var measures = new TreeMap<String, Double>();
        for (DeviceType.Measure measure : TRUCK.measures()) {
            measures.put(measure.name(), Math.round((measure.min() + (measure.max() - measure.min()) * random.nextDouble()) * 10) / 10.0);
        }
        return new Reading(new ReadingId(truck, 1, seq), takenAt, measures);
    }
}
