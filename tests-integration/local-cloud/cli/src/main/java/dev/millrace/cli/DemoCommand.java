package dev.millrace.cli;

import dev.millrace.events.DeviceTypes;
import dev.millrace.local.ChildFailed;
import dev.millrace.local.PortInUse;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace demo`.
@Command(name = "demo", sortOptions = false, description = {
    "Synthesizes the CDK app, deploys it onto a local cloud, runs a fleet against it and accounts for every reading.",
    "Exit code 0 only if every reading is accounted for exactly once."})
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "60", paramLabel = "S", description = "how long readings are taken, 1 to 86400; default ${DEFAULT-VALUE}")
    private int seconds;
    @Option(names = "--devices", defaultValue = "10", paramLabel = "N", description = "1 to 5000, for direct to 100000; default ${DEFAULT-VALUE}")
    private int devices;
    @Option(names = "--transport", defaultValue = "mqtt", paramLabel = "NAME", description = {
        "mqtt: over the topic rule, each device with a certificate;", "direct: straight into the stream, to load the functions; default ${DEFAULT-VALUE}"})
    private Demo.Transport transport;
    @Option(names = "--interval-ms", defaultValue = "1000", paramLabel = "MS", description = "between two readings of a device, 10 to 3600000; default ${DEFAULT-VALUE}")
    private int intervalMillis;
    @Option(names = "--profile", defaultValue = "environment", paramLabel = "TYPE", description = "device type: environment, machine or truck; default ${DEFAULT-VALUE}")
    private String profile;
    @Option(names = "--format", defaultValue = "json", paramLabel = "NAME", description = "of the packs: json or protobuf; default ${DEFAULT-VALUE}")
    private String format;
    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "of the simulator; default ${DEFAULT-VALUE}")
    private long seed;
    @Option(names = "--outage", defaultValue = "0.2", paramLabel = "SHARE", description = "of the devices that lose their link for a random third of the run, 0 to 1; default ${DEFAULT-VALUE}, for direct none")
    private String outage;
    @Option(names = "--reboot", defaultValue = "0", paramLabel = "SHARE", description = "of the devices that lose power once, for 1 to 10 s, 0 to 1; default ${DEFAULT-VALUE}")
    private String reboot;
    @Option(names = "--disk-losses", defaultValue = "0", paramLabel = "N", description = "devices that lose power and their journal with it; default ${DEFAULT-VALUE}")
    private String diskLosses;
    @Option(names = "--skew-ms", defaultValue = "0", paramLabel = "MS", description = "how far the clocks of devices are off at most, either way; default ${DEFAULT-VALUE}")
    private String skewMillis;
    @Option(names = "--kill", description = "kill all devices (kill -9) in the middle of the run and start them again from their journals")
    private boolean isKilled;
    @Option(names = "--chaos", paramLabel = "SEED", description = {
        "bad luck by a seed while the fleet runs: calls of AWS are throttled, fail, wait and lose their answers, services go down,",
        "functions are killed, links cut, the stream resharded; what was given up is redriven before the report"})
    private Optional<Long> chaos = Optional.empty();
    @Option(names = "--keep", description = "leave the cloud running after the report, until Ctrl-C")
    private boolean isKept;
    @Option(names = "--mqtt-port", defaultValue = "8883", paramLabel = "PORT", description = "of the broker, 0 for any; default ${DEFAULT-VALUE}")
    private int mqttPort;
    @Option(names = "--aws-port", defaultValue = "4566", paramLabel = "PORT", description = "of the AWS front door, 0 for any; default ${DEFAULT-VALUE}")
    private int awsPort;
    @Option(names = "--work", paramLabel = "DIR", description = "data and logs of the run, emptied first; default .millrace/demo in the project")
    private Optional<Path> work;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Demo.Settings settings = checkedSettings();
        try {
            return new Demo(settings, System.out, System.err).run() ? 0 : 1;
        } catch (PortInUse e) {
            System.err.printf("millrace demo: port %d is in use: end what listens there, or choose another with %s%n",
                    e.port(), e.port() == mqttPort ? "--mqtt-port" : "--aws-port");
            return Millrace.USAGE;
        } catch (ChildFailed | DemoFailed e) {
            System.err.println("millrace demo: " + e.getMessage());
            return 1;
        }
    }

    /// @throws IllegalArgumentException naming what a fleet without links and disks cannot suffer
    private List<String> mishaps() {
        Map<String, String> mishaps = new TreeMap<>(Map.of("--outage", outage, "--reboot", reboot, "--disk-losses", diskLosses, "--skew-ms", skewMillis));
        if (transport == Demo.Transport.direct) {
            mishaps.keySet().removeIf(option -> !spec.commandLine().getParseResult().hasMatchedOption(option));
            mishaps.forEach((option, value) -> {
                if (!value.matches("0+(\\.0*)?")) {
                    throw new IllegalArgumentException("%s must be 0 for --transport direct: %s".formatted(option, value));
                }
            });
            return List.of();
        }
        return mishaps.entrySet().stream().flatMap(mishap -> Stream.of(mishap.getKey(), mishap.getValue())).toList();
    }

    private Demo.Settings checkedSettings() {
        try {
            DeviceTypes.shipped().require(profile);
            Path root = Path.of(System.getProperty("millrace.root", "."));
            return new Demo.Settings(root, work.orElse(root.resolve(".millrace/demo")), seconds, devices, transport, intervalMillis, profile, format, seed,
                    mishaps(), isKilled, chaos, isKept, mqttPort, awsPort);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
