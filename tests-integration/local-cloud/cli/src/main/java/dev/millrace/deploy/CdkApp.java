package dev.millrace.deploy;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.JavaModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The CDK app, run in a process of its own, because CDK drives a Node process and its class path is large.
///
/// @param root of the built project
public record CdkApp(Path root) {
    /// Lines of the log that tell what went wrong.
    private static final int LINES_SHOWN = 10;

    public CdkApp {
        root = root.toAbsolutePath().normalize();
    }

    /// How a run of the app ended.
    ///
    /// @param exitCode 0, 1 if it failed, 2 if a setting is wrong
    /// @param log      what it printed
    public record Ended(int exitCode, Path log) {
        public Ended {
            requireNonNull(log, "log is null");
        }

        public List<String> lines() throws IOException {
            return Files.readAllLines(log);
        }

        /// The last lines.
        public String end() throws IOException {
            List<String> lines = lines();
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        }
    }

    /// @param settings    that are other than in `cdk/cdk.json`, as `environment=prod`
    /// @param output      where the cloud assembly goes
    /// @param log         gets what the app prints
    /// @param environment variables of the app besides those of this process
    /// @throws dev.millrace.local.ChildFailed if the project is not built
    public Ended synthesize(List<String> settings, Path output, Path log, Map<String, String> environment) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        arguments.addAll(List.of("--output", output.toString()));
        Files.createDirectories(log.getParent());
        Path module = root.resolve("cdk");
        var process = new ProcessBuilder(new JavaModule(module).command(List.of(), "dev.millrace.cdk.MillraceApp", arguments)).directory(module.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().putAll(Map.of("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20", "JSII_DEPRECATED", "quiet"));
        process.environment().putAll(environment);
        return new Ended(process.start().waitFor(), log);
    }
}
