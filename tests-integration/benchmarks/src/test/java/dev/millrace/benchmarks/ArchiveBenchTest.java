package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveBenchTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Format.class)
    void everyPlausibleReadingLandsAndDuckDbWritesTheSame(Format format) throws IOException {
        Path input = folder.resolve("input.jsonl");
        Counts expected = new TruckFile(30_000, 10, 50, 2, 0.05, 0, 0.03).write(input);
        List<String> progress = new ArrayList<>();

        ArchiveBench.Result result = new ArchiveBench(Bench.events(input, format), new Measurement.Pace(MOMENT, MOMENT, MOMENT), progress::add).run();

        assertThat(result.landed()).isEqualTo(expected.accepted() + expected.duplicate());
        assertThat(result.rejected()).isEqualTo(expected.rejected()).isPositive();
        for (ArchiveBench.Figures figures : List.of(result.archive(), result.writing(), result.duckDb())) {
            assertThat(figures.readingsPerSecond()).isPositive();
            assertThat(figures.cpuNanos()).isPositive();
        }
        assertThat(result.bytesPerReading()).isBetween(result.duckDbBytesPerReading() * 0.5, result.duckDbBytesPerReading() * 1.5);
        assertThat(progress).anyMatch(line -> line.startsWith("measured 5: "));
        assertThat(result.toTable()).contains("of DuckDB, by processor time");
    }

    /// Of a function of 1 GiB, whose JVM also needs memory that is no heap. An event has at most 6 MB: some 8,000 records of one
    /// reading each, fewer of larger packs, whose readings are many more.
    @ParameterizedTest
    @EnumSource(Format.class)
    void theLargestBatchesFitAQuarterOfTheFunctionsMemory(Format format) throws IOException, InterruptedException {
        Path input = folder.resolve("input.jsonl");
        new TruckFile(9_500, 1, 1_000, 1, 0, 0, 0).write(input);
        assertThat(runWithHeap(256, input, format)).containsPattern("\\d{4} records, 59\\d+ bytes of event, \\d{4} readings landed, heap of 2");

        new TruckFile(200_000, 1_000, 300, 1, 0, 0, 0).write(input);
        assertThat(runWithHeap(256, input, format)).containsPattern("\\d\\d records, 5\\d+ bytes of event, \\d\\d\\d\\d\\d readings landed, heap of 2");
    }

    @Test
    void aHeapThatIsTooSmallIsNoticed() throws IOException, InterruptedException {
        Path input = folder.resolve("input.jsonl");
        new TruckFile(200_000, 1_000, 300, 1, 0, 0, 0).write(input);

        assertThat(runWithHeap(24, input, Format.JSON)).contains("OutOfMemoryError");
    }

    private static String runWithHeap(int megabytes, Path input, Format format) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + megabytes + "m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                ArchiveOnce.class.getName(), input.toString(), format.name()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor() == 0).as(output).isEqualTo(!output.contains("OutOfMemoryError"));
        return output;
    }
}
