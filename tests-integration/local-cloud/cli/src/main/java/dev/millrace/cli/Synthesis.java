package dev.millrace.cli;

import dev.millrace.local.JavaModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Synthesizes the CDK app for the demo, in a process of its own, because CDK drives a Node process and its class path
/// is large.
///
/// @param root of the built project
public record Synthesis(Path root) {
    /// The archive's window is short, so that a run of a minute ends with its files written.
    private static final List<String> CONTEXT = List.of("environment=demo", "archiveWindowSeconds=5");

    /// @param output where the cloud assembly goes
    /// @param log    gets what the app prints
    /// @param settings of the deployment that are other than in `cdk/cdk.json`, as `hotStore=none`
    /// @return the cloud assembly
    /// @throws DemoFailed with the end of the log if it fails
    public Path run(Path output, Path log, String... settings) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        Stream.concat(CONTEXT.stream(), Stream.of(settings)).forEach(entry -> arguments.addAll(List.of("-c", entry)));
        arguments.addAll(List.of("--output", output.toString()));
        Files.createDirectories(log.getParent());
        var process = new ProcessBuilder(new JavaModule(root.resolve("cdk")).command(List.of(), "dev.millrace.cdk.MillraceApp", arguments))
                .directory(root.resolve("cdk").toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        // the validation that CDK runs at synth takes most of its time; the cdk module's tests run it on every build
        process.environment().putAll(Map.of("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20", "JSII_DEPRECATED", "quiet", "CDK_VALIDATION", "false"));
        int exitCode = process.start().waitFor();
        if (exitCode != 0) {
            List<String> lines = Files.readAllLines(log);
            throw new DemoFailed("the CDK app was not synthesized (exit code %d; Node 20 or newer must be on the PATH):%n%s".formatted(
                    exitCode, String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 10), lines.size()))));
        }
        return output;
    }
}
