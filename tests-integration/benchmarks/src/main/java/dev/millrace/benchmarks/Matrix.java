package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// The function on packs of different size in both formats, one after the other in this JVM.
final class Matrix {
    private static final List<Integer> PACKS = List.of(1, 10, 50);
    private static final String ROW = "%8s %9s %12s %8s %10s %12s %9s %14s";

    private final long readings;
    private final int things;
    private final long seed;
    private final Measurement.Pace pace;
    private final Consumer<String> progress;

    Matrix(long readings, int things, long seed, Measurement.Pace pace, Consumer<String> progress) {
        this.readings = readings;
        this.things = things;
        this.seed = seed;
        this.pace = pace;
        this.progress = progress;
    }

    /// @param out gets the table, a line at a time
    void run(int threads, Consumer<String> out) throws IOException, InterruptedException {
        out.accept(ROW.formatted("readings", "format", "readings/s", "ns", "allocated", "of JSON", "payload", "readings/s"));
        out.accept(ROW.formatted("a pack", "", "", "each", "bytes each", "tokenising", "bytes", "AWS clients"));
        for (int pack : PACKS) {
            Path file = Files.createTempFile("millrace-bench", ".jsonl");
            try {
                new TruckFile(readings, pack, things, seed, TruckFile.DUPLICATES, TruckFile.OUT_OF_RANGE, TruckFile.MALFORMED).write(file);
                for (Format format : Format.values()) {
                    progress.accept("packs of %d, %s".formatted(pack, format));
                    out.accept(row(pack, format, Bench.measurement(file, threads, format, pace, progress).run()));
                }
            } finally {
                Files.delete(file);
            }
        }
    }

    private static String row(int pack, Format format, BenchResult result) {
        return String.format(Locale.ROOT, ROW, pack, format, "%,.0f".formatted(result.encoded().readingsPerSecond()),
                "%,.0f".formatted(result.encoded().nsPerReading()), "%,.0f".formatted(result.encoded().bytesAllocatedPerReading()),
                "%.2f".formatted(result.ratioToTokenise()), "%,.1f".formatted(result.payloadBytesPerReading()),
                "%,.0f".formatted(result.clients().readingsPerSecond()));
    }
}
