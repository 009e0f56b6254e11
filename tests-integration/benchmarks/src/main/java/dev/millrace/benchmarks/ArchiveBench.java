package dev.millrace.benchmarks;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// The function archive, from the bytes of Kinesis events to finished Parquet bytes; its last part alone, from decoded readings;
/// and DuckDB writing the same rows. A round is all three, one after the other, so what else the machine does hits all alike; of
/// the rounds the median counts.
final class ArchiveBench {
    private static final int WARM_UP_ROUNDS_MIN = 5;
    private static final int MEASURED_ROUNDS_MIN = 5;

    private final List<KinesisEventBytes> events;
    private final Measurement.Pace pace;
    private final Consumer<String> progress;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /// @param nanos    of the wall clock, a reading
    /// @param cpuNanos of the process, a reading
    private record Sample(double nanos, double cpuNanos) {
    }

    /// What is measured.
    private enum Lane {
        ARCHIVE, WRITING, DUCKDB
    }

    /// @param readingsPerSecond of the wall clock
    /// @param cpuNanos          of the process a reading, collector and compiler included
    record Figures(double readingsPerSecond, double cpuNanos) {
    }

    /// @param landed                readings in the files of one pass
    /// @param rejected              readings and records that are in none
    /// @param bytesPerReading       of our files
    /// @param duckDbBytesPerReading of DuckDB's
    record Result(long landed, long rejected, Figures archive, Figures writing, Figures duckDb, double bytesPerReading, double duckDbBytesPerReading) {
        /// How many readings we write while DuckDB writes one, by processor time, which other programs disturb less than the clock.
        double ofDuckDb(Figures ours) {
            return duckDb.cpuNanos / ours.cpuNanos;
        }

        String toTable() {
            return String.format(Locale.ROOT, """
                    %-30s %,12d
                    %-30s %,12d
                    %-30s %12s %12s %12s
                    %-30s %,12.0f %,12.0f %,12.0f
                    %-30s %12.3f %12.3f
                    %-30s %,12.1f %,12.1f %,12.1f
                    %-30s %12.3f %12.3f
                    %-30s %12.2f %12s %12.2f
                    """, "readings landed", landed, "readings and records rejected", rejected, "", "archive", "writing only", "DuckDB",
                    "readings/s", archive.readingsPerSecond, writing.readingsPerSecond, duckDb.readingsPerSecond,
                    "of DuckDB", archive.readingsPerSecond / duckDb.readingsPerSecond, writing.readingsPerSecond / duckDb.readingsPerSecond,
                    "ns of processor a reading", archive.cpuNanos, writing.cpuNanos, duckDb.cpuNanos,
                    "of DuckDB, by processor time", ofDuckDb(archive), ofDuckDb(writing),
                    "bytes of Parquet a reading", bytesPerReading, "", duckDbBytesPerReading);
        }
    }

    ArchiveBench(List<KinesisEventBytes> events, Measurement.Pace pace, Consumer<String> progress) {
        this.events = List.copyOf(events);
        this.pace = requireNonNull(pace, "pace is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    Result run() throws IOException {
        Path directory = Files.createTempDirectory("millrace-bench-");
        try {
            return run(directory);
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB: " + e.getMessage(), e);
        } finally {
            delete(directory);
        }
    }

    private Result run(Path directory) throws IOException, SQLException {
        var archive = new ArchiveWork(events);
        archive.run();
        ArchiveWork.Landed landed = archive.landed();
        try (var duckDb = new DuckDbCopy(archive.files(), directory)) {
            if (duckDb.rows() != landed.landed()) {
                throw new IllegalStateException("not the same work: archive landed %d readings, DuckDB has %d rows".formatted(landed.landed(), duckDb.rows()));
            }
            var writing = new LandWork(events);
            Map<Lane, Work> lanes = new EnumMap<>(Map.of(Lane.ARCHIVE, archive, Lane.WRITING, writing, Lane.DUCKDB, duckDb));
            rounds("warm-up", lanes, landed.landed(), WARM_UP_ROUNDS_MIN, Math.min(pace.warmUpMax().toNanos(), pace.measured().toNanos()));
            List<Map<Lane, Sample>> samples = rounds("measured", lanes, landed.landed(), MEASURED_ROUNDS_MIN, pace.measured().toNanos());
            double bytes = archive.files().stream().mapToLong(file -> file.length).sum();
            return new Result(landed.landed(), landed.rejected(), figures(samples, Lane.ARCHIVE), figures(samples, Lane.WRITING), figures(samples, Lane.DUCKDB),
                    bytes / landed.landed(), (double) duckDb.writtenBytes() / landed.landed());
        }
    }

    private List<Map<Lane, Sample>> rounds(String phase, Map<Lane, Work> lanes, long readings, int roundsMin, long nanosMin) throws IOException {
        List<Map<Lane, Sample>> samples = new ArrayList<>();
        long start = System.nanoTime();
        while (samples.size() < roundsMin || System.nanoTime() - start < nanosMin) {
            Map<Lane, Sample> round = new EnumMap<>(Lane.class);
            for (Map.Entry<Lane, Work> lane : lanes.entrySet()) {
                round.put(lane.getKey(), sample(lane.getValue(), readings));
            }
            samples.add(round);
            progress.accept(String.format(Locale.ROOT, "%s %d: %,.0f readings/s, writing only %,.0f, DuckDB %,.0f", phase, samples.size(),
                    1e9 / round.get(Lane.ARCHIVE).nanos, 1e9 / round.get(Lane.WRITING).nanos, 1e9 / round.get(Lane.DUCKDB).nanos));
        }
        return samples;
    }

    private Sample sample(Work work, long readings) throws IOException {
        long nanos = 0;
        long cpuNanos = 0;
        int passes = 0;
        for (; nanos < pace.round().toNanos(); passes++) {
            long cpuBefore = system.getProcessCpuTime();
            long before = System.nanoTime();
            work.run();
            nanos += System.nanoTime() - before;
            cpuNanos += system.getProcessCpuTime() - cpuBefore;
        }
        return new Sample((double) nanos / passes / readings, (double) cpuNanos / passes / readings);
    }

    private static Figures figures(List<Map<Lane, Sample>> samples, Lane lane) {
        return new Figures(1e9 / median(samples.stream().mapToDouble(round -> round.get(lane).nanos)), median(samples.stream().mapToDouble(round -> round.get(lane).cpuNanos)));
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1).average().orElseThrow();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
