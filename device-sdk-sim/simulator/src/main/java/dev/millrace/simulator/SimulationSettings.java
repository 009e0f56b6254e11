package dev.millrace.simulator;

import static java.util.Objects.requireNonNull;

import dev.millrace.agent.AgentSettings;
import dev.millrace.agent.JournalSettings;
import dev.millrace.agent.SettingsText;
import dev.millrace.agent.SyncPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// One run of a fleet, checked. Errors name the option of the command line.
///
/// @param endpoint    host of the MQTT endpoint
/// @param caFile      PEM of the endpoint's authority
/// @param certsFolder `<thing>.cert.pem` and `<thing>.key.pem` of every device
/// @param devices     1 to 100,000
/// @param rule        topic rule that takes the packs
/// @param noticesRule topic rule that takes notices of lost readings; empty: nobody is told of them
/// @param seconds     how long readings are taken, 1 to 604,800
/// @param journals    folder; each device has its journal in `<journals>/<thing>`
/// @param resend      probability that an acknowledged pack is published once more, 0 to 1
/// @param delay       probability that a pack is held back before it is published, 0 to 1
/// @param malformed   messages over the run that are no pack
/// @param outOfRange  readings over the run with a value outside the type's range
/// @param spoofed     messages over the run in another thing's name; needs two devices
/// @param intervalMillis time between two readings of a device, 10 to 3,600,000 ms
/// @param drain       how long to wait at the end for what is not acknowledged
/// @param format      of the packs
/// @param agentOverrides settings of the agents by the names of [AgentSettings], which go before everything else
/// @param mishaps     what befalls the devices
record SimulationSettings(String endpoint, int port, Path caFile, Path certsFolder, int devices, Profile profile, String rule, String noticesRule,
        int seconds, long seed, Path journals, Path truthFile, Duration linger, double resend, double delay, int malformed, int outOfRange, int spoofed,
        long intervalMillis, Duration drain, SyncPolicy sync, Format format, Map<String, String> agentOverrides, Mishaps mishaps) {
    private static final int INJECTIONS_MAX = 100_000;
    /// Short, because people watch a simulation.
    private static final Duration BACKOFF_MIN = Duration.ofMillis(500);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

    SimulationSettings {
        requireNonNull(endpoint, "--endpoint is missing");
        requireNonNull(rule, "--rule is missing");
        requireNonNull(noticesRule, "--notices-rule is null");
        requireNonNull(format, "--format is missing");
        Options.requireIn("--port", port, 1, 65_535);
        Options.requireIn("--devices", devices, 1, Transport.direct.devicesMax());
        Options.requireIn("--seconds", seconds, 1, 604_800);
        Options.requireIn("--interval-ms", intervalMillis, 10, 3_600_000);
        Options.requireIn("--linger-ms", linger.toMillis(), 0, 3_600_000);
        Options.requireIn("--drain-seconds", drain.toSeconds(), 0, 86_400);
        Options.requireRatio("--resend", resend);
        Options.requireRatio("--delay", delay);
        Options.requireIn("--malformed", malformed, 0, INJECTIONS_MAX);
        Options.requireIn("--spoofed", spoofed, 0, INJECTIONS_MAX);
        Options.requireIn("--out-of-range", outOfRange, 0, INJECTIONS_MAX);
        if (spoofed > 0 && devices < 2) {
            throw new IllegalArgumentException("--spoofed needs another thing to name: --devices is " + devices);
        }
        if (intervalMillis > seconds * 1_000L) {
            throw new IllegalArgumentException("--interval-ms %d is longer than the run of %d s".formatted(intervalMillis, seconds));
        }
        long readings = devices * (seconds * 1_000L / intervalMillis);
        if (outOfRange > readings) {
            throw new IllegalArgumentException("--out-of-range is %d, but the run takes only some %d readings".formatted(outOfRange, readings));
        }
        mishaps.requireFit(devices, profile.type());
        agentOverrides = Map.copyOf(agentOverrides);
        agent(linger, sync, agentOverrides);
    }

    /// Of a run without MQTT, so without agents and all that concerns them.
    static SimulationSettings direct(int devices, Profile profile, int seconds, long seed, Path truthFile, Duration linger, double resend, int malformed,
            int outOfRange, int spoofed, long intervalMillis, Duration drain, Format format) {
        Path none = Path.of("");
        return new SimulationSettings("", 1, none, none, devices, profile, "", "", seconds, seed, none, truthFile, linger, resend, 0, malformed, outOfRange,
                spoofed, intervalMillis, drain, new SyncPolicy.EachAppend(), format, Map.of(), Mishaps.NONE);
    }

    /// The same in each run of a seed.
    ///
    /// @param device from 0
    SplittableRandom randomOf(int device) {
        return new SplittableRandom(seed * 1_000_003 + device);
    }

    /// Of each device.
    AgentSettings agent() {
        return agent(linger, sync, agentOverrides);
    }

    private static AgentSettings agent(Duration linger, SyncPolicy sync, Map<String, String> overrides) {
        AgentSettings usual = AgentSettings.defaults().withLinger(linger).withBackoff(BACKOFF_MIN, BACKOFF_MAX)
                .withJournal(JournalSettings.defaults().withSync(sync));
        SettingsText text = SettingsText.of(overrides);
        try {
            AgentSettings settings = AgentSettings.from(text, usual);
            text.requireNoOthers();
            return settings;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--agent " + e.getMessage(), e);
        }
    }

    long runMillis() {
        return seconds * 1_000L;
    }

    List<String> things() {
        return IntStream.rangeClosed(1, devices).mapToObj(profile::thing).toList();
    }

    Path certFile(String thing) {
        return certsFolder.resolve(thing + ".cert.pem");
    }

    Path keyFile(String thing) {
        return certsFolder.resolve(thing + ".key.pem");
    }

    /// @throws IllegalArgumentException naming the first file that is not there
    void requireFiles() {
        requireFile(caFile, "--ca: PEM of the endpoint's authority");
        for (String thing : things()) {
            requireFile(certFile(thing), "--certs: PEM certificate of each of the %d devices as <thing>.cert.pem".formatted(devices));
            requireFile(keyFile(thing), "--certs: PEM private key of each of the %d devices as <thing>.key.pem".formatted(devices));
        }
    }

    private static void requireFile(Path file, String expected) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("missing file %s, expected by %s".formatted(file, expected));
        }
    }
}
