package dev.millrace.scenarios;

import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `./millrace` as an operator runs it, with the usual variables, against a cloud that runs.
final class OperatorCommand {
    private OperatorCommand() {
    }

    /// @param lines of output and errors
    record Said(int exit, List<String> lines) {
    }

    static Said run(SharedCloud cloud, String... arguments) throws IOException, InterruptedException {
        Path log = Directories.fresh(arguments[0]).resolve("out.txt");
        List<String> command = new JavaModule(Directories.root().resolve("tests-integration/local-cloud/cli")).command(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), "dev.millrace.cli.Millrace", List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().putAll(Map.of("AWS_ENDPOINT_URL", cloud.cloud().awsEndpoint().toString(), "AWS_REGION", LocalCloud.Settings.DEFAULT_REGION,
                "AWS_ACCESS_KEY_ID", "operator", "AWS_SECRET_ACCESS_KEY", "local"));
        int exit = process.start().waitFor();
        return new Said(exit, Files.readAllLines(log));
    }
}
