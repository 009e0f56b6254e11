package dev.millrace.deploy;

import dev.millrace.local.JavaModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/// Options that every command here has, and what they lead to: the assembly, the account, and the CDK's command line.
final class Project {
    @Option(names = "-c", paramLabel = "KEY=VALUE", description = "a setting of the deployment, see docs/configuration.md; may be repeated")
    private List<String> settings = List.of();
    @Option(names = "--assembly", paramLabel = "DIR", description = "a cloud assembly that ./millrace synth has made; default: synthesizes one")
    private Optional<Path> ready = Optional.empty();
    @Option(names = "--timeout", defaultValue = "10", paramLabel = "S", description = "of each call of AWS, 1 to 300 s; default ${DEFAULT-VALUE}")
    private int timeoutSeconds;
    @Option(names = "--root", hidden = true, defaultValue = "${sys:millrace.root:-.}")
    private Path root;
    @Option(names = "--node", hidden = true, defaultValue = "node")
    private String node;
    @Option(names = "--npm", hidden = true, defaultValue = "npm")
    private String npm;

    /// What would be deployed.
    ///
    /// @throws IllegalArgumentException that names a wrong option
    /// @throws DeployFailed             if the app refuses the settings
    Assembly assembly() throws IOException, InterruptedException, DeployFailed {
        if (ready.isPresent()) {
            if (!settings.isEmpty()) {
                throw new IllegalArgumentException("-c has no effect on an assembly that is ready: give -c or --assembly: " + settings);
            }
            return Assembly.read(ready.get());
        }
        Path work = root.toAbsolutePath().normalize().resolve(".millrace/deploy");
        clear(work);
        Path output = work.resolve("cdk.out");
        synthesize(output, Files.createDirectories(work).resolve("synth.log"));
        return Assembly.read(output);
    }

    private void synthesize(Path output, Path log) throws IOException, InterruptedException, DeployFailed {
        List<String> arguments = new ArrayList<>();
        settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        arguments.addAll(List.of("--output", output.toString()));
        Path module = root.toAbsolutePath().normalize().resolve("cdk");
        var process = new ProcessBuilder(new JavaModule(module).command(List.of(), "dev.millrace.cdk.MillraceApp", arguments)).directory(module.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        process.environment().putAll(Map.of("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20", "JSII_DEPRECATED", "quiet"));
        int exitCode = process.start().waitFor();
        if (exitCode != 0) {
            List<String> lines = Files.readAllLines(log);
            List<String> own = lines.stream().filter(line -> line.startsWith("millrace: ")).toList();
            throw new DeployFailed(exitCode == 2 ? 2 : 1, own.isEmpty()
                    ? "millrace: the CDK app was not synthesized; Node 20 or newer must be on the PATH:%n%s".formatted(
                            String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 10), lines.size())))
                    : String.join(System.lineSeparator(), own));
        }
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// In the name of whoever the environment and the profiles say.
    ///
    /// @throws IllegalArgumentException that names a wrong option
    Doctor doctor() {
        if (timeoutSeconds < 1 || timeoutSeconds > 300) {
            throw new IllegalArgumentException("--timeout must be 1 to 300: " + timeoutSeconds);
        }
        AwsCredentialsProvider credentials = DefaultCredentialsProvider.builder().build();
        return new Doctor(credentials, System.getenv(), Duration.ofSeconds(timeoutSeconds), root.resolve("cdk/cdk.json"));
    }

    /// The CDK's command line, installed if it is not.
    CdkCli cdk(Optional<String> region) throws IOException, InterruptedException, DeployFailed {
        var cdk = new CdkCli(root.toAbsolutePath().normalize().resolve("cdk"), node, npm, region);
        cdk.install();
        return cdk;
    }

    /// Where the outputs of the stacks go.
    Path outputs(Assembly assembly) throws IOException {
        return Files.createDirectories(root.toAbsolutePath().normalize().resolve(".millrace/outputs")).resolve(assembly.environment() + ".json");
    }
}
