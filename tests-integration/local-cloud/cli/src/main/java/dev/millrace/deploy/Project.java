package dev.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
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
        WorkDirectory.empty(work);
        Path output = work.resolve("cdk.out");
        synthesize(output, work.resolve("synth.log"));
        return Assembly.read(output);
    }

    private void synthesize(Path output, Path log) throws IOException, InterruptedException, DeployFailed {
        CdkApp.Ended ended = new CdkApp(root).synthesize(settings, output, log, Map.of());
        if (ended.exitCode() != 0) {
            List<String> own = ended.lines().stream().filter(line -> line.startsWith("millrace: ")).toList();
            throw new DeployFailed(ended.exitCode() == 2 ? 2 : 1, own.isEmpty()
                    ? "millrace: the CDK app was not synthesized; Node 20 or newer must be on the PATH:%n%s".formatted(ended.end())
                    : String.join(System.lineSeparator(), own));
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
