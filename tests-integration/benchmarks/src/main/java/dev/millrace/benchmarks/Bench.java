package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The program. Exit code 0: measured, or the file is written; 1: the function or the disk failed; 2: wrong arguments.
@Command(name = "bench", sortOptions = false, description = {
    "Measures the function ingest as it is deployed, from the bytes of Kinesis events to encoded requests, without network.",
    "Or writes an input for it, with --generate; or measures a few inputs of its own, with --matrix.",
    "With --archive the function archive, to finished Parquet files, beside DuckDB."})
public final class Bench implements Callable<Integer> {
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration WARM_UP_MAX = Duration.ofMinutes(2);
    private static final int THREADS_MAX = 256;

    @Option(names = "--input", paramLabel = "FILE", description = "JSON lines: one message a line, wire format v1")
    private Path input;
    @Option(names = "--threads", defaultValue = "1", paramLabel = "N", description = "shards, each with its own instance of the function; default ${DEFAULT-VALUE}")
    private int threads;
    @Option(names = "--seconds", defaultValue = "10", paramLabel = "N", description = "how long to measure at least, after warming up; default ${DEFAULT-VALUE}")
    private int seconds;
    @Option(names = "--json", description = "print one JSON object in place of the table")
    private boolean isJsonWanted;
    @Option(names = "--format", defaultValue = "json", paramLabel = "json|protobuf", description = "what the devices speak: the messages as they are, or encoded anew; default ${DEFAULT-VALUE}")
    private Format format;
    @Option(names = "--matrix", description = "measure packs of 1, 10 and 50 readings in both formats, on inputs of its own")
    private boolean isMatrixWanted;
    @Option(names = "--flink", description = "run the Flink job over the same input afterwards, and compare")
    private boolean isFlinkWanted;
    @Option(names = "--archive", description = "measure the function archive beside DuckDB, which writes the same rows from a table; on one thread")
    private boolean isArchiveWanted;
    @Option(names = "--generate", paramLabel = "FILE", description = "write an input and end")
    private Path generate;
    @Option(names = "--readings", defaultValue = "1000000", paramLabel = "N", description = "readings to generate, default ${DEFAULT-VALUE}")
    private long readings;
    @Option(names = "--pack", defaultValue = "1", paramLabel = "K", description = "readings a message, 1 to 1000; default ${DEFAULT-VALUE}")
    private int pack;
    @Option(names = "--things", defaultValue = "1000", paramLabel = "M", description = "trucks, default ${DEFAULT-VALUE}")
    private int things;
    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "same seed, same file; default ${DEFAULT-VALUE}")
    private long seed;
    @Option(names = "--duplicates", defaultValue = "" + TruckFile.DUPLICATES, paramLabel = "SHARE", description = "of messages that are sent twice, default ${DEFAULT-VALUE}")
    private double duplicates;
    @Option(names = "--out-of-range", defaultValue = "" + TruckFile.OUT_OF_RANGE, paramLabel = "SHARE", description = "of readings, default ${DEFAULT-VALUE}")
    private double outOfRange;
    @Option(names = "--malformed", defaultValue = "" + TruckFile.MALFORMED, paramLabel = "SHARE", description = "of lines that are no message, default ${DEFAULT-VALUE}")
    private double malformed;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// Starts the program; `--help` lists the options.
    public static void main(String[] args) {
        try {
            System.exit(execute(args));
        } catch (OutOfMemoryError e) {
            System.err.printf("bench: the events do not fit into %,d MB of heap (%s): take a smaller input%n", Runtime.getRuntime().maxMemory() >> 20, e.getMessage());
            System.exit(1);
        }
    }

    static int execute(String... args) {
        return new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler((e, _, _) -> {
            System.err.println("bench: " + e.getMessage());
            return 1;
        }).execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if ((input == null ? 0 : 1) + (generate == null ? 0 : 1) + (isMatrixWanted ? 1 : 0) != 1) {
            throw new ParameterException(spec.commandLine(), "either --input FILE or --generate FILE or --matrix");
        }
        if (isArchiveWanted) {
            return archive();
        }
        if (isMatrixWanted) {
            return matrix();
        }
        return generate == null ? measure() : generate();
    }

    /// The launcher names the project's root.
    private FlinkComparison flink() throws IOException {
        if (isJsonWanted) {
            throw new ParameterException(spec.commandLine(), "--flink adds to the table: not together with --json");
        }
        try {
            return FlinkComparison.of(Path.of(System.getProperty("millrace.root", ".")));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int generate() throws IOException {
        TruckFile file;
        try {
            file = new TruckFile(readings, pack, things, seed, duplicates, outOfRange, malformed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        Counts expected = file.write(generate);
        System.out.printf("%s: %,d readings, of them %,d to accept, %,d duplicate, %,d to reject%n", generate, expected.readings(),
                expected.accepted(), expected.duplicate(), expected.rejected());
        return 0;
    }

    private Measurement.Pace pace() {
        requireRange("--threads", threads, 1, THREADS_MAX);
        requireRange("--seconds", seconds, 1, 86_400);
        // The sinks work on virtual threads. As many carriers as shards, so that one thread means one core.
        System.setProperty("jdk.virtualThreadScheduler.parallelism", Integer.toString(threads));
        System.setProperty("jdk.virtualThreadScheduler.maxPoolSize", Integer.toString(threads));
        return new Measurement.Pace(ROUND, WARM_UP_MAX, Duration.ofSeconds(seconds));
    }

    private int matrix() throws IOException, InterruptedException {
        Measurement.Pace pace = pace();
        try {
            new Matrix(readings, things, seed, pace, System.err::println).run(threads, System.out::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return 0;
    }

    private void requireInput() {
        if (!Files.isRegularFile(input) || !Files.isReadable(input)) {
            throw new ParameterException(spec.commandLine(), "--input must name a readable file: " + input);
        }
    }

    private int archive() throws IOException {
        if (input == null || threads != 1 || isFlinkWanted || isJsonWanted) {
            throw new ParameterException(spec.commandLine(), "--archive needs --input FILE, and is not together with --threads, --flink, --json");
        }
        Measurement.Pace pace = pace();
        requireInput();
        try {
            System.out.print(new ArchiveBench(events(input, format), pace, System.err::println).run().toTable());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return 0;
    }

    /// All messages of a file as the events of one shard.
    static List<KinesisEventBytes> events(Path input, Format format) throws IOException {
        return shards(MessageFile.read(input), format, 1).getFirst();
    }

    private int measure() throws IOException, InterruptedException {
        Measurement.Pace pace = pace();
        requireInput();
        Optional<FlinkComparison> flink = isFlinkWanted ? Optional.of(flink()) : Optional.empty();
        BenchResult result = measurement(pace).run();
        System.out.print(isJsonWanted ? result.toJson() + System.lineSeparator() : result.toTable());
        if (flink.isPresent()) {
            System.out.print(FlinkComparison.toTable(result, flink.get().run(input, seconds)));
        }
        return 0;
    }

    /// A thing's messages stay in order on one shard, as its partition key has it in Kinesis.
    private static List<List<KinesisEventBytes>> shards(List<Message> input, Format format, int count) {
        List<List<Message>> messages = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            messages.add(new ArrayList<>());
        }
        for (Message message : input) {
            messages.get(Math.floorMod(message.thing().hashCode(), count)).add(format.of(message));
        }
        List<List<KinesisEventBytes>> shards = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            shards.add(KinesisEventBytes.cut(shard, messages.get(shard)));
        }
        return shards;
    }

    static Measurement measurement(Path input, int threads, Format format, Measurement.Pace pace, Consumer<String> progress) throws IOException {
        List<Message> messages = MessageFile.read(input);
        List<List<KinesisEventBytes>> json = shards(messages, Format.JSON, threads);
        return new Measurement(format == Format.JSON ? json : shards(messages, format, threads), json, pace, progress);
    }

    private Measurement measurement(Measurement.Pace pace) throws IOException {
        try {
            return measurement(input, threads, format, pace, System.err::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void requireRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(spec.commandLine(), "%s not in %d..%d: %d".formatted(option, min, max, value));
        }
    }
}
