package dev.millrace.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The CDK's command line, in the version that `cdk/package-lock.json` holds. It gets an assembly that is ready, so that what
/// was examined is what is deployed.
///
/// @param directory with the lock file
/// @param node      program
/// @param npm       program
/// @param region    for which the assembly was examined
record CdkCli(Path directory, String node, String npm, Optional<String> region) {
    /// By npm, and no scripts of packages run. Nothing is done if the locked version is there.
    ///
    /// @throws DeployFailed if npm cannot do it
    void install() throws IOException, InterruptedException, DeployFailed {
        String locked = version(directory.resolve("package-lock.json"), "/packages/node_modules~1aws-cdk/version");
        Path installed = directory.resolve("node_modules/aws-cdk/package.json");
        if (Files.isRegularFile(installed) && version(installed, "/version").equals(locked)) {
            return;
        }
        System.err.printf("installing the CDK's command line %s into %s%n", locked, directory.resolve("node_modules"));
        int exitCode = run(List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        if (exitCode != 0) {
            throw new DeployFailed(1, "millrace: npm could not install aws-cdk %s (exit code %d): is the npm registry to be reached?".formatted(locked, exitCode));
        }
    }

    private static String version(Path file, String pointer) throws IOException {
        return new ObjectMapper().readTree(file.toFile()).at(pointer).asText();
    }

    /// @param command   as `deploy`
    /// @param arguments further ones
    /// @return its exit code
    int run(String command, Assembly assembly, List<String> arguments) throws IOException, InterruptedException, DeployFailed {
        List<String> line = new ArrayList<>(List.of(node, directory.resolve("node_modules/aws-cdk/bin/cdk").toString(), command, "--app",
                assembly.directory().toAbsolutePath().toString(), "--all"));
        line.addAll(arguments);
        return run(line);
    }

    private int run(List<String> line) throws IOException, InterruptedException, DeployFailed {
        var process = new ProcessBuilder(line).directory(directory.toFile()).inheritIO();
        process.environment().putAll(Map.of("CDK_DISABLE_CLI_TELEMETRY", "true"));
        region.ifPresent(name -> process.environment().putAll(Map.of("AWS_REGION", name, "AWS_DEFAULT_REGION", name)));
        try {
            return process.start().waitFor();
        } catch (IOException e) {
            throw new DeployFailed(1, "millrace: %s cannot be run: %s; install Node 20 or newer, which brings npm".formatted(line.getFirst(), e.getMessage()));
        }
    }
}
