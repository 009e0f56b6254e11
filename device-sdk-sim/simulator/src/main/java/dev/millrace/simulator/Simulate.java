package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.SyncPolicy;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The program. Exit code 0: everything taken was acknowledged; 1: not everything; 2: wrong arguments. SIGTERM and
/// SIGINT end the readings; what was taken is still brought to the cloud.
@Command(name = "simulate", sortOptions = false,
        description = "Runs a seeded fleet of devices against an MQTT endpoint, or a stream, and writes down the truth about it.")
public final class Simulate implements Callable<Integer> {
    private static final Duration SIGNAL_GRACE = Duration.ofSeconds(30);

    enum ProgressForm {
        text, json
    }

    @Option(names = "--transport", defaultValue = "mqtt", description = {"${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE};",
        "direct: without certificates, agents and journals, straight into the stream as the topic rule would write"})
    private Transport transport;
    @Option(names = "--stream", paramLabel = "NAME", description = "Kinesis data stream; needed for direct")
    private String stream;
    @Option(names = "--aws-endpoint", paramLabel = "URL", description = "of Kinesis, for direct; default that of AWS. Region and credentials as for any AWS SDK")
    private Optional<URI> awsEndpoint;
    @Option(names = "--endpoint", paramLabel = "HOST", description = "MQTT endpoint, without scheme and port; needed for mqtt")
    private String endpoint;
    @Option(names = "--port", defaultValue = "8883", description = "default ${DEFAULT-VALUE}")
    private int port;
    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of the endpoint's authority; needed for mqtt")
    private Path ca;
    @Option(names = "--certs", paramLabel = "DIR", description = "<thing>.cert.pem and <thing>.key.pem of each device; needed for mqtt")
    private Path certs;
    @Option(names = "--devices", required = true, paramLabel = "N", description = "1 to 10000, for direct to 100000")
    private int devices;
    @Option(names = "--profile", required = true, description = "${COMPLETION-CANDIDATES}")
    private Profile profile;
    @Option(names = "--format", defaultValue = "json", description = "of the packs: ${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}")
    private Format format;
    @Option(names = "--rule", paramLabel = "NAME", description = "topic rule that takes the packs (Basic Ingest); needed for mqtt")
    private String rule;
    @Option(names = "--notices-rule", defaultValue = "", paramLabel = "NAME", description = "topic rule that takes notices of lost readings; none: nobody is told")
    private String noticesRule;
    @Option(names = "--seconds", required = true, paramLabel = "S", description = "how long readings are taken")
    private int seconds;
    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
    private long seed;
    @Option(names = "--journal", paramLabel = "DIR", description = "the devices' journals; kept between runs; needed for mqtt")
    private Path journal;
    @Option(names = "--truth", required = true, paramLabel = "FILE", description = "JSON lines of what was taken, in gzip; appended to")
    private Path truth;
    @Option(names = "--linger-ms", defaultValue = "2000", description = "how long a reading waits for a fuller pack, default ${DEFAULT-VALUE}")
    private long lingerMillis;
    @Option(names = "--resend", defaultValue = "0.02", description = "probability that a pack is published twice, default ${DEFAULT-VALUE}")
    private double resend;
    @Option(names = "--delay", defaultValue = "0.02", description = "probability that a pack is held for 1 to 10 s, default ${DEFAULT-VALUE}")
    private double delay;
    @Option(names = "--malformed", defaultValue = "0", paramLabel = "N", description = "messages that are no pack, over the run")
    private int malformed;
    @Option(names = "--out-of-range", defaultValue = "0", paramLabel = "N", description = "readings out of range, over the run")
    private int outOfRange;
    @Option(names = "--spoofed", defaultValue = "0", paramLabel = "N", description = "packs in another thing's name, over the run")
    private int spoofed;
    @Option(names = "--outage", defaultValue = "0", paramLabel = "SHARE", description = "of the devices that lose their link for a random third of the run, 0 to 1")
    private double outage;
    @Option(names = "--reboot", defaultValue = "0", paramLabel = "SHARE", description = "of the devices that lose power once, for 1 to 10 s, 0 to 1")
    private double reboot;
    @Option(names = "--disk-losses", defaultValue = "0", paramLabel = "N", description = "devices that lose power and their journal with it")
    private int diskLosses;
    @Option(names = "--skew-ms", defaultValue = "0", description = "how far the clocks of devices are off at most, either way; default ${DEFAULT-VALUE}")
    private long skewMillis;
    @Option(names = "--interval-ms", defaultValue = "1000", description = "between two readings of a device, default ${DEFAULT-VALUE}")
    private long intervalMillis;
    @Option(names = "--drain-seconds", defaultValue = "60", description = "how long to wait at the end for the cloud, default ${DEFAULT-VALUE}")
    private int drainSeconds;
    @Option(names = "--sync-ms", defaultValue = "0", description = "how often journals are forced to disk; 0: each reading (default)")
    private long syncMillis;
    @Option(names = "--agent", paramLabel = "KEY=VALUE", description = "a setting of the agents, see docs/device-guide.md; may be repeated")
    private Map<String, String> agentOverrides = new TreeMap<>();
    @Option(names = "--progress", defaultValue = "text", description = "${COMPLETION-CANDIDATES}, default ${DEFAULT-VALUE}")
    private ProgressForm progress;
    @Option(names = "--stop-on-eof", description = "end the readings when standard input ends")
    private boolean stopOnEof;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Run fleet;
    private volatile boolean isStopRequested;
    private volatile int exitCode = 1;

    /// Starts the program; `--help` lists the options.
    public static void main(String[] args) {
        var simulate = new Simulate();
        Runtime.getRuntime().addShutdownHook(new Thread(simulate::endOnSignal, "end-on-signal"));
        simulate.exitCode = new CommandLine(simulate).setExecutionExceptionHandler((e, _, _) -> {
            System.err.println("simulate: " + e.getMessage());
            return 1;
        }).execute(args);
        simulate.ended.countDown();
        System.exit(simulate.exitCode);
    }

    /// The JVM would end with the signal's own code, so the hook ends it, once the fleet has come to its end.
    private void endOnSignal() {
        if (ended.getCount() == 0) {
            return;
        }
        requestStop();
        try {
            if (!ended.await(drainSeconds + SIGNAL_GRACE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("simulate: no end within %d s after the signal".formatted(drainSeconds + SIGNAL_GRACE.toSeconds()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        System.err.flush();
        Runtime.getRuntime().halt(exitCode);
    }

    private void requestStop() {
        isStopRequested = true;
        Run running = fleet;
        if (running != null) {
            running.requestStop();
        }
    }

    @Override
    public Integer call() throws IOException {
        SimulationSettings settings = checkedSettings();
        if (stopOnEof) {
            Thread.ofPlatform().daemon().name("stop-on-eof").start(this::stopAtEndOfInput);
        }
        try (Run running = fleet(settings)) {
            fleet = running;
            if (isStopRequested) {
                running.requestStop();
            }
            Run.Outcome outcome = running.run();
            System.err.println((outcome.isComplete() ? "" : "simulate: ") + outcome.message());
            return outcome.isComplete() ? 0 : 1;
        }
    }

    private Run fleet(SimulationSettings settings) throws IOException {
        Fleet.Pause pause = duration -> LockSupport.parkNanos(duration.toNanos());
        return switch (transport) {
            case mqtt -> new Fleet(settings, (thing, listener, commands) -> MqttLink.of(settings, thing, listener, commands), AgentClock.system(),
                    pause, new SecureRandom(), chosenProgress(System.out), System.err);
            case direct -> new DirectFleet(settings, DirectFleet.READINGS_WAITING_MAX, kinesis(), task -> Thread.ofVirtual().name("put").start(task), AgentClock.system(), pause,
                    new SecureRandom(), chosenProgress(System.out), System.err);
        };
    }

    private PackStream kinesis() {
        try {
            return KinesisPackStream.of(stream, awsEndpoint);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private SimulationSettings checkedSettings() {
        try {
            transport.requireFit(spec.commandLine().getParseResult().matchedOptions().stream().map(OptionSpec::longestName).collect(Collectors.toSet()));
            Options.requireIn("--devices", devices, 1, transport.devicesMax());
            var mishaps = new Mishaps(outage, reboot, diskLosses, Duration.ofMillis(skewMillis));
            if (transport == Transport.direct) {
                if (!mishaps.equals(Mishaps.NONE)) {
                    throw new IllegalArgumentException("--outage, --reboot, --disk-losses and --skew-ms are for --transport mqtt only, this is direct");
                }
                return SimulationSettings.direct(devices, profile, seconds, seed, truth, Duration.ofMillis(lingerMillis), resend, malformed, outOfRange,
                        spoofed, intervalMillis, Duration.ofSeconds(drainSeconds), format);
            }
            SyncPolicy sync = syncMillis == 0 ? new SyncPolicy.EachAppend() : new SyncPolicy.ByInterval(Duration.ofMillis(syncMillis));
            var settings = new SimulationSettings(endpoint, port, ca, certs, devices, profile, rule, noticesRule, seconds, seed, journal, truth,
                    Duration.ofMillis(lingerMillis), resend, delay, malformed, outOfRange, spoofed, intervalMillis,
                    Duration.ofSeconds(drainSeconds), sync, format, agentOverrides, mishaps);
            settings.requireFiles();
            return settings;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Progress chosenProgress(PrintStream out) {
        return switch (progress) {
            case json -> Progress.json(out);
            case text -> Progress.text(out, Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
        };
    }

    private void stopAtEndOfInput() {
        var buffer = new byte[1_024];
        try {
            while (System.in.read(buffer) >= 0) {
                Arrays.fill(buffer, (byte) 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            requestStop();
        }
    }
}
