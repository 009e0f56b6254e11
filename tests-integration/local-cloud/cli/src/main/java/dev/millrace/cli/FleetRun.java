package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs the simulator as anybody would, in a process of its own, and shows how it fares.
final class FleetRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LINE_EVERY_SECONDS = 10;
    private static final int DEVICES_ON_ONE_DISK = 100;
    private static final int SYNC_MILLIS = 10_000;
    private static final int LINGER_MILLIS_MIN = 2_000;
    /// Of the whole fleet: what two cores carry with all that comes after.
    private static final int PACKS_PER_SECOND_MAX = 500;
    private static final int KILLED = 128 + 9;
    private static final int DRAIN_SECONDS = 300;
    /// So a pack holds three readings or more, however slow the device.
    private static final int LINGER_INTERVALS = 2;
    private static final int LINGER_MILLIS_MAX = 3_600_000;

    private final Demo.Settings settings;
    private final LocalCloud cloud;
    private final Path truth;
    private final Processes processes;
    private final PrintStream out;
    private long lastLine = -1;
    private JsonNode shown;
    private JsonNode last;

    FleetRun(Demo.Settings settings, LocalCloud cloud, Path truth, Processes processes, PrintStream out) {
        this.settings = settings;
        this.cloud = cloud;
        this.truth = truth;
        this.processes = processes;
        this.out = out;
    }

    /// @return whether everything that was taken was acknowledged
    boolean run() throws IOException, InterruptedException {
        int secondsUntilKilled = settings.isKilled() ? settings.seconds() / 2 : 0;
        if (secondsUntilKilled > 0) {
            // Of a message for quarantine in the moment of the kill nobody knows whether it came, so the first run sends none.
            runSimulator(settings.seconds(), secondsUntilKilled, List.of("--malformed", "0", "--spoofed", "0", "--out-of-range", "5"));
        }
        int spoofed = settings.devices() > 1 ? 3 : 0;
        return runSimulator(settings.seconds() - secondsUntilKilled, 0,
                List.of("--malformed", "4", "--spoofed", Integer.toString(spoofed), "--out-of-range", "5"));
    }

    /// @param killAtSeconds 0 for never
    /// @return whether everything that was taken was acknowledged
    private boolean runSimulator(int seconds, int killAtSeconds, List<String> wrongMessages) throws IOException, InterruptedException {
        Path work = settings.workDirectory();
        Path log = work.resolve("logs/simulator.err");
        Files.createDirectories(log.getParent());
        List<String> arguments = new ArrayList<>(arguments(seconds));
        arguments.addAll(wrongMessages);
        var command = new JavaModule(settings.root().resolve("device-sdk-sim/simulator"))
                .command(List.of("--enable-native-access=ALL-UNNAMED"), "dev.millrace.simulator.Simulate", arguments);
        ProcessBuilder simulator = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        simulator.environment().putAll(AwsClients.ENVIRONMENT);
        Process process = simulator.start();
        // the simulator ends with its standard input, so it does not outlive this process
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            boolean isTerminal = isTerminal();
            lastLine = -1;
            shown = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                show(line, isTerminal);
                if (killAtSeconds > 0 && last != null && last.get("seconds").asLong() >= killAtSeconds) {
                    // not by the process itself, which would close its output under the reader
                    process.toHandle().destroyForcibly();
                }
            }
        }
        int exitCode = process.waitFor();
        if (killAtSeconds > 0 && exitCode == KILLED) {
            out.printf("      the fleet was killed after %d s (kill -9); it starts again from its journals%n", killAtSeconds);
            return false;
        }
        printRates(seconds);
        if (exitCode != 0) {
            List<String> errors = Files.readAllLines(log);
            String message = errors.isEmpty() ? "no message" : errors.getLast();
            if (exitCode == Millrace.USAGE || !Files.exists(truth)) {
                // picocli says what is wrong first, and then how it is used
                throw new DemoFailed("the simulator did not run: " + (errors.isEmpty() ? message : errors.getFirst()));
            }
            out.println("      the fleet ended with: " + message);
        }
        return exitCode == 0;
    }

    /// JDK 25 gives no console again where there is no terminal, as before JDK 22.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /// The simulator's options that say where the packs go.
    static List<String> target(Demo.Settings settings, LocalCloud cloud) {
        return switch (settings.transport()) {
            case mqtt -> List.of("--endpoint", "localhost", "--port", Integer.toString(cloud.mqttPort()), "--ca", cloud.caFile().toString(),
                    "--certs", cloud.certsDirectory().toString(), "--rule", cloud.outputs().get("RuleName"), "--notices-rule", cloud.outputs().get("NoticesRuleName"),
                    "--journal", settings.workDirectory().resolve("journal").toString());
            case direct -> List.of("--transport", "direct", "--stream", cloud.outputs().get("StreamName"), "--aws-endpoint", cloud.awsEndpoint().toString());
        };
    }

    private List<String> arguments(int seconds) {
        List<String> arguments = new ArrayList<>(target(settings, cloud));
        int lingerMillis = Math.max(LINGER_MILLIS_MIN, LINGER_INTERVALS * settings.intervalMillis());
        if (settings.transport() == Demo.Transport.mqtt) {
            lingerMillis = Math.max(lingerMillis, settings.devices() * 1_000 / PACKS_PER_SECOND_MAX);
            arguments.addAll(List.of("--delay", "0.02"));
            if (settings.devices() > DEVICES_ON_ONE_DISK) {
                // Each device has a disk of its own. Those of a large fleet on one disk would wait for each other at every reading.
                arguments.addAll(List.of("--sync-ms", Integer.toString(SYNC_MILLIS)));
            }
        }
        arguments.addAll(settings.mishaps());
        arguments.addAll(List.of("--devices", Integer.toString(settings.devices()), "--profile", settings.profile(), "--format", settings.format(),
                "--seconds", Integer.toString(seconds), "--interval-ms", Integer.toString(settings.intervalMillis()),
                "--linger-ms", Integer.toString(Math.min(lingerMillis, LINGER_MILLIS_MAX)), "--drain-seconds", Integer.toString(DRAIN_SECONDS),
                "--seed", Long.toString(settings.seed()), "--truth", truth.toString(), "--resend", "0.02", "--progress", "json", "--stop-on-eof"));
        return arguments;
    }

    private void show(String line, boolean isTerminal) throws IOException {
        processes.look();
        if (line.startsWith("READY")) {
            out.println("      all devices are %s".formatted(settings.transport() == Demo.Transport.mqtt ? "connected" : "there"));
            return;
        }
        JsonNode status = JSON.readTree(line);
        long seconds = status.get("seconds").asLong();
        String text = ("      %3d s  %,d readings taken (%,d/s), %,d acknowledged, %,d waiting, %,d packs sent (%,d/s), %,d on their way, "
                + "%,d of %,d connected, %,d errors, %,d records not yet taken by a function").formatted(seconds,
                        status.get("taken").asLong(), perSecond("taken", status), status.get("acknowledged").asLong(), status.get("backlog").asLong(),
                        status.get("published").asLong(), perSecond("published", status), status.get("in_flight").asLong(),
                        status.get("connected").asLong(), status.get("devices").asLong(), status.get("errors").asLong(), cloud.backlog());
        if (isTerminal) {
            out.print("\r" + text + "\u001b[K");
            out.flush();
            shown = status;
        } else if (seconds / LINE_EVERY_SECONDS != lastLine) {
            lastLine = seconds / LINE_EVERY_SECONDS;
            out.println(text);
            shown = status;
        }
        last = status;
    }

    /// Since the line before.
    private long perSecond(String member, JsonNode status) {
        if (shown == null) {
            return 0;
        }
        long seconds = Math.max(1, status.get("seconds").asLong() - shown.get("seconds").asLong());
        return (status.get(member).asLong() - shown.get(member).asLong()) / seconds;
    }

    private void printRates(int seconds) {
        if (last != null) {
            // what does not get through in time is sent after the last reading is taken
            long until = Math.max(seconds, last.get("seconds").asLong());
            out.printf("      over the %d s until the cloud had everything %,d readings and %,d packs a second%n", until, last.get("taken").asLong() / until,
                    last.get("published").asLong() / until);
        }
    }
}
