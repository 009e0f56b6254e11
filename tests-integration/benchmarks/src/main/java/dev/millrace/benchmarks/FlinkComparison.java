package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Runs the Flink job of the module `benchmarks-flink` over the same input, in a JVM of its own that inherits the processor
/// affinity of this one, and sets the figures side by side.
///
/// @param classPath of the job
record FlinkComparison(String classPath) {
    private static final String MODULE = "tests-integration/benchmarks/flink";

    /// What the job printed.
    ///
    /// @param readingsPerCpuSecond of processor time, which other programs on the machine do not eat
    record FlinkResult(Counts counts, double readingsPerSecond, double readingsPerCpuSecond) {
    }

    /// @param root of the project
    /// @throws IllegalArgumentException if the module is not built; the message says how to
    static FlinkComparison of(Path root) throws IOException {
        Path target = root.resolve(MODULE).resolve("target");
        Path libraries = target.resolve("classpath.txt");
        if (!Files.exists(libraries)) {
            throw new IllegalArgumentException("the Flink job is not built: mvn -q -Pflink -pl %s package".formatted(MODULE));
        }
        return new FlinkComparison(target.resolve("classes") + System.getProperty("path.separator") + Files.readString(libraries).strip());
    }

    FlinkResult run(Path input, int seconds) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process job = new ProcessBuilder(List.of(java, "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow",
                "--add-opens=java.base/java.util=ALL-UNNAMED", "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp", classPath, "dev.millrace.benchmarks.flink.FlinkBench", input.toString(), Integer.toString(seconds)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(job.getInputStream().readAllBytes(), UTF_8);
        int exitCode = job.waitFor();
        if (exitCode != 0) {
            throw new IOException("the Flink job ended with exit code " + exitCode);
        }
        return parse(output);
    }

    static FlinkResult parse(String output) throws IOException {
        long accepted = 0;
        long duplicate = 0;
        long rejected = 0;
        double readingsPerSecond = 0;
        double readingsPerCpuSecond = 0;
        try (JsonParser json = new JsonFactory().createParser(output)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "accepted" -> accepted = json.getLongValue();
                    case "duplicate" -> duplicate = json.getLongValue();
                    case "rejected" -> rejected = json.getLongValue();
                    case "readings_per_second" -> readingsPerSecond = json.getDoubleValue();
                    case "readings_per_cpu_second" -> readingsPerCpuSecond = json.getDoubleValue();
                    default -> json.skipChildren();
                }
            }
        }
        return new FlinkResult(new Counts(accepted, duplicate, rejected), readingsPerSecond, readingsPerCpuSecond);
    }

    /// @throws IllegalStateException if the two did not come to the same counts: then one of them did other work
    static String toTable(BenchResult ours, FlinkResult flink) {
        if (!ours.counts().equals(flink.counts)) {
            throw new IllegalStateException("not the same work: ours %s, Flink %s".formatted(ours.counts(), flink.counts));
        }
        return String.format(Locale.ROOT, "%-30s %,16.0f%n%-30s %16.3f%n%-30s %16.3f%n", "Apache Flink, readings/s", flink.readingsPerSecond,
                "of Flink", ours.encoded().readingsPerSecond() / flink.readingsPerSecond,
                "of Flink, by processor time", ours.encoded().readingsPerSecond() / ours.encoded().cores() / flink.readingsPerCpuSecond);
    }
}
