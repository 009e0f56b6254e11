package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.Audit;
import dev.millrace.cli.GroundTruth;
import dev.millrace.events.ReadingId;
import dev.millrace.local.JavaModule;
import dev.millrace.local.LocalCloud;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Devices that lose power or their link go on where they were, from their journals.
@Timeout(180)
class SimulatorKilledTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> THINGS = SharedCloud.SENSORS;

    @Test
    void aFleetThatIsKilledAndStartedAgainLosesAndDoublesNothing() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        Path work = Directories.fresh("simulator");
        Path truthFile = work.resolve("truth.jsonl.gz");

        runUntilKilled(simulator(cloud, work, 60, List.of()).redirectOutput(Redirect.PIPE));
        Set<ReadingId> takenBefore = GroundTruth.read(truthFile).readings().keySet();
        Process second = simulator(cloud, work, 6, List.of("--outage", "0.5", "--reboot", "0.5", "--skew-ms", "60000")).redirectOutput(Redirect.DISCARD).start();
        assertThat(second.waitFor(90, TimeUnit.SECONDS)).as("the second run ends").isTrue();
        assertThat(second.exitValue()).as(Files.readString(work.resolve("simulator.err"))).isZero();
        cloud.awaitDrained();

        GroundTruth truth = GroundTruth.read(truthFile);
        assertThat(truth.readings().keySet()).hasSizeGreaterThan(takenBefore.size()).containsAll(takenBefore);
        assertThat(truth.readings().keySet().stream().collect(Collectors.groupingBy(ReadingId::thing, Collectors.mapping(ReadingId::epoch, Collectors.toSet()))))
                .as("one epoch each: the journals were used again").containsOnlyKeys(THINGS).allSatisfy((_, epochs) -> assertThat(epochs).hasSize(1));
        Audit audit = Audit.of(truth, cloud.accounts().findings(THINGS));
        assertThat(audit.problems()).isEmpty();
        assertThat(audit.total().accepted()).isEqualTo(truth.readings().values().stream().filter(taken -> taken.quarantineReason().isEmpty()).count());

        assertThatAReadingThatIsNowhereIsFound(cloud, truthFile);
    }

    /// The audit that found nothing can find something: it is given a reading that never reached the cloud.
    private static void assertThatAReadingThatIsNowhereIsFound(SharedCloud cloud, Path truthFile) throws Exception {
        var nowhere = new ReadingId(THINGS.getFirst(), 1L << 50, 1);
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(truthFile, StandardOpenOption.APPEND))) {
            gzip.write("""
                    {"kind":"reading","thing":"%s","epoch":%d,"seq":%d,"ts":%d,"m":{"temperature_c":20.0},"fate":"accept"}
                    """.formatted(nowhere.thing(), nowhere.epoch(), nowhere.seq(), System.currentTimeMillis()).getBytes(StandardCharsets.UTF_8));
        }

        Audit audit = Audit.of(GroundTruth.read(truthFile), cloud.accounts().findings(THINGS));

        assertThat(audit.isExactlyOnce()).isFalse();
        assertThat(audit.problems()).contains("missing: %s, not in its ledger".formatted(nowhere),
                "missing: %s is not in the hot store".formatted(nowhere), "missing: %s is not in the lake".formatted(nowhere));
        assertThat(audit.total().missing()).isOne();
    }

    /// Kills the simulator (`kill -9`) when some readings are acknowledged and some are not.
    private static void runUntilKilled(ProcessBuilder simulator) throws IOException, InterruptedException {
        Process process = simulator.start();
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !isMidway(line)) {
                line = lines.readLine();
            }
            assertThat(line).as("a moment in which some readings are acknowledged and some are not").isNotNull();
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertThat(process.exitValue()).as("killed").isEqualTo(128 + 9);
    }

    private static boolean isMidway(String line) throws IOException {
        if (line.startsWith("READY")) {
            return false;
        }
        JsonNode status = JSON.readTree(line);
        return status.get("acknowledged").asLong() >= 50 && status.get("backlog").asLong() > 0;
    }

    private static ProcessBuilder simulator(SharedCloud shared, Path work, int seconds, List<String> mishaps) {
        LocalCloud cloud = shared.cloud();
        List<String> arguments = new ArrayList<>(List.of(
                "--endpoint", "localhost", "--port", Integer.toString(cloud.mqttPort()), "--ca", cloud.caFile().toString(),
                "--certs", cloud.certsDirectory().toString(), "--rule", shared.stage().deployed().output("RuleName"),
                "--devices", Integer.toString(THINGS.size()), "--profile", "environment", "--seconds", Integer.toString(seconds),
                "--interval-ms", "50", "--linger-ms", "500", "--resend", "0.2", "--delay", "0.1", "--out-of-range", "3",
                "--journal", work.resolve("journal").toString(), "--truth", work.resolve("truth.jsonl.gz").toString(),
                "--progress", "json", "--stop-on-eof"));
        arguments.addAll(mishaps);
        List<String> command = new JavaModule(Directories.root().resolve("device-sdk-sim/simulator")).command(
                List.of("--enable-native-access=ALL-UNNAMED"), "dev.millrace.simulator.Simulate", arguments);
        return new ProcessBuilder(command).redirectError(Redirect.appendTo(work.resolve("simulator.err").toFile()));
    }
}
