package dev.millrace.cli;

import dev.millrace.deploy.CdkApp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Synthesizes the CDK app for the demo.
///
/// @param root of the built project
public record Synthesis(Path root) {
    /// Name of the demo's environment.
    static final String ENVIRONMENT = "demo";
    /// The archive's window is short, so that a run of a minute ends with its files written.
    private static final List<String> CONTEXT = List.of("environment=" + ENVIRONMENT, "archiveWindowSeconds=5");

    /// @param output where the cloud assembly goes
    /// @param log    gets what the app prints
    /// @param settings of the deployment that are other than in `cdk/cdk.json`, as `hotStore=none`
    /// @return the cloud assembly
    /// @throws DemoFailed with the end of the log if it fails
    public Path run(Path output, Path log, String... settings) throws IOException, InterruptedException {
        List<String> context = Stream.concat(CONTEXT.stream(), Stream.of(settings)).toList();
        // the validation that CDK runs at synth takes most of its time; the cdk module's tests run it on every build
        CdkApp.Ended ended = new CdkApp(root).synthesize(context, output, log, Map.of("CDK_VALIDATION", "false"));
        if (ended.exitCode() != 0) {
            throw new DemoFailed("the CDK app was not synthesized (exit code %d; Node 20 or newer must be on the PATH):%n%s".formatted(ended.exitCode(), ended.end()));
        }
        return output;
    }
}
