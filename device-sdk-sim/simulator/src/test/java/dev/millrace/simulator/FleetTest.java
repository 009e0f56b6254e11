package dev.millrace.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.SyncPolicy;
import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
    private static final Pattern READING = Pattern.compile(
            "\\{\"kind\":\"reading\",\"thing\":\"([a-z0-9-]+)\",\"type\":\"(\\w+)\",\"epoch\":(\\d+),\"seq\":(\\d+),\"ts\":\\d+,"
                    + "\"m\":\\{[^}]+\\},\"fate\":(\"accept\"|\"quarantine\",\"reason\":\"out_of_range\")\\}");
    private static final Pattern INJECTED = Pattern.compile(
            "\\{\"kind\":\"injected\",\"thing\":\"([a-z0-9-]+)\",\"reason\":\"(malformed|unknown_version|spoofed)\",\"payload\":\"([A-Za-z0-9+/=]+)\"\\}");

    @TempDir
    private Path folder;
    private final FakeLinks links = new FakeLinks();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final SplittableRandom epochs = new SplittableRandom(99);
    private final VirtualTime time = new VirtualTime();

    private static final class VirtualTime implements AgentClock {
        private long nanos;

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-11-23T00:00:00Z").plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }

    private SimulationSettings settings(Profile profile, int devices, double resend, double delay, int malformed, int outOfRange, int spoofed) {
        return settings(profile, Format.json, devices, resend, delay, malformed, outOfRange, spoofed);
    }

    private SimulationSettings settings(Profile profile, Format format, int devices, double resend, double delay, int malformed, int outOfRange,
            int spoofed) {
        return new SimulationSettings("localhost", 8883, folder.resolve("ca.pem"), folder, devices, profile, "rule", 30, 7, folder.resolve("journals"),
                folder.resolve("truth.jsonl"), Duration.ofSeconds(2), resend, delay, malformed, outOfRange, spoofed, 1_000, Duration.ofSeconds(60),
                new SyncPolicy.ByInterval(Duration.ofMinutes(1)), format, Map.of());
    }

    private Fleet fleet(SimulationSettings settings) throws IOException {
        return new Fleet(settings, links, time, time::pass, epochs, Progress.json(new PrintStream(shown, true, UTF_8)),
                new PrintStream(logged, true, UTF_8));
    }

    private Fleet.Outcome run(SimulationSettings settings) throws IOException {
        try (Fleet fleet = fleet(settings)) {
            return fleet.run();
        }
    }

    private List<Matcher> truth(Pattern kind) throws IOException {
        List<Matcher> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("truth.jsonl"))) {
            Matcher matcher = kind.matcher(line);
            if (matcher.matches()) {
                lines.add(matcher);
            }
        }
        return lines;
    }

    private List<ReadingId> trueIds() throws IOException {
        return truth(READING).stream().map(line -> new ReadingId(line.group(1), Long.parseLong(line.group(3)), Long.parseLong(line.group(4)))).toList();
    }

    @Test
    void theTruthIsWhatWasSent() throws IOException {
        Fleet.Outcome outcome = run(settings(Profile.truck, 5, 0.1, 0.1, 7, 11, 4));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(trueIds()).hasSize(5 * 30).doesNotHaveDuplicates();
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
        assertThat(truth(READING)).filteredOn(line -> line.group(5).contains("out_of_range")).hasSize(11);
        assertThat(truth(INJECTED)).filteredOn(line -> !line.group(2).equals("spoofed")).hasSize(7);
        assertThat(truth(INJECTED)).filteredOn(line -> line.group(2).equals("spoofed")).hasSize(4);
        assertThat(truth(INJECTED)).allSatisfy(line -> assertThat(links.messages).anySatisfy(message -> {
            assertThat(message.thing()).isEqualTo(line.group(1));
            assertThat(Arrays.equals(message.payload(), Base64.getDecoder().decode(line.group(3)))).isTrue();
        }));
    }

    @Test
    void aFleetThatSpeaksProtobufSendsNoReadingInJsonAndEveryReadingOnce() throws IOException {
        Fleet.Outcome outcome = run(settings(Profile.truck, Format.protobuf, 5, 0.1, 0.1, 0, 3, 4));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(links.messages).allSatisfy(message -> assertThat(message.payload()[0]).isEqualTo((byte) 8));
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds())).hasSize(5 * 30);
        assertThat((long) links.ids().size()).isEqualTo(150 + outcome.totals().readingsResent());
        assertThat(truth(INJECTED)).hasSize(4).allSatisfy(line -> assertThat(line.group(2)).isEqualTo("spoofed"));
    }

    @Test
    void theSummaryCountsWhatWasDoneOnPurpose() throws IOException {
        Fleet.Outcome outcome = run(settings(Profile.environment, 20, 0.2, 0.2, 3, 0, 0));

        Totals totals = outcome.totals();
        assertThat(totals.packsResent()).isPositive();
        assertThat(totals.packsDelayed()).isPositive();
        assertThat((long) links.messages.size()).isEqualTo(totals.packs() + totals.packsResent() + totals.injected());
        assertThat((long) links.ids().size()).isEqualTo(totals.taken() + totals.readingsResent());
        assertThat(Files.readAllLines(folder.resolve("truth.jsonl")).getLast()).isEqualTo(
                ("{\"kind\":\"summary\",\"taken\":600,\"packs\":%d,\"packs_resent\":%d,\"readings_resent\":%d,\"packs_delayed\":%d,"
                        + "\"packs_retried\":0,\"injected\":3,\"unacknowledged\":0}").formatted(
                        totals.packs(), totals.packsResent(), totals.readingsResent(), totals.packsDelayed()));
    }

    @Test
    void aDelayedPackIsOvertaken() throws IOException {
        run(settings(Profile.truck, 1, 0, 0.3, 0, 0, 0));

        assertThat(links.ids()).hasSize(30).isNotEqualTo(links.ids().stream().sorted().toList());
    }

    @Test
    void whatABrokerDoesNotAcknowledgeMakesTheRunFailAndIsSentByTheNext() throws IOException {
        links.isSilent = true;
        Fleet.Outcome first = run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));
        assertThat(first.isComplete()).isFalse();
        assertThat(first.message()).startsWith("60 readings and 0 injected messages were not acknowledged within 60 s");

        links.isSilent = false;
        links.messages.clear();
        assertThat(run(settings(Profile.truck, 2, 0, 0, 0, 0, 0)).isComplete()).isTrue();
        assertThat(trueIds()).hasSize(120).doesNotHaveDuplicates();
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
    }

    @Test
    void readingsThatAgentsGaveUpMakeTheRunFail() throws IOException {
        links.isSilent = true;
        SimulationSettings settings = new SimulationSettings("localhost", 8883, folder.resolve("ca.pem"), folder, 1, Profile.truck, "rule", 600, 7,
                folder.resolve("journals"), folder.resolve("truth.jsonl"), Duration.ofSeconds(2), 0, 0, 0, 0, 0, 1_000, Duration.ofSeconds(5),
                new SyncPolicy.ByInterval(Duration.ofMinutes(1)), Format.json,
                Map.of("journal.segmentBytesMax", "4096", "journal.bytesMax", "16384", "journal.whenFull", "drop-oldest"));
        Fleet.Outcome outcome = run(settings);

        assertThat(outcome.isComplete()).isFalse();
        assertThat(outcome.message()).matches("600 readings were not acknowledged, [345]\\d\\d of them were given up by the agents");
        assertThat(trueIds()).hasSize(600);
    }

    @Test
    void aTruthFileThatLostItsEndIsCompletedFromTheJournals() throws IOException {
        links.isSilent = true;
        run(settings(Profile.truck, 2, 0, 0, 0, 3, 0));
        Path truth = folder.resolve("truth.jsonl");
        List<ReadingId> before = trueIds();
        List<String> lines = Files.readAllLines(truth);
        Files.write(truth, lines.subList(0, 20));
        Files.writeString(truth, lines.get(20).substring(0, 30), StandardOpenOption.APPEND);

        links.isSilent = false;
        run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));
        assertThat(trueIds()).doesNotHaveDuplicates().containsAll(before).hasSize(120);
        assertThat(truth(READING)).filteredOn(line -> line.group(5).contains("out_of_range")).hasSize(3);
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
    }

    @Test
    void aFleetThatCannotConnectSaysWhyAndTakesNothing() throws IOException {
        links.isDown = true;
        Fleet.Outcome outcome = run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));

        assertThat(outcome.isComplete()).isFalse();
        assertThat(outcome.message()).isEqualTo("2 of 2 devices could not connect, last problem: truck-00002 cannot connect: refused");
        assertThat(logged.toString(UTF_8)).contains("truck-00002 cannot connect: refused");
        assertThat(trueIds()).isEmpty();
    }

    @Test
    void aStoppedFleetStillFlushes() throws IOException {
        SimulationSettings settings = settings(Profile.truck, 2, 0, 0, 5, 0, 0);
        var fleet = new Fleet[1];
        Fleet.Pause stopsAfterTenSeconds = duration -> {
            time.pass(duration);
            if (time.nanoTime() > Duration.ofSeconds(10).toNanos()) {
                fleet[0].requestStop();
            }
        };
        fleet[0] = new Fleet(settings, links, time, stopsAfterTenSeconds, epochs, Progress.json(new PrintStream(shown, true, UTF_8)),
                new PrintStream(logged, true, UTF_8));
        try (Fleet running = fleet[0]) {
            Fleet.Outcome outcome = running.run();

            assertThat(outcome.isComplete()).isTrue();
            assertThat(outcome.totals().taken()).isBetween(18L, 22L);
            assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
        }
    }

    @Test
    void progressIsReadyOnceAndThenALineASecond() throws IOException {
        run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));
        List<String> lines = shown.toString(UTF_8).lines().toList();

        assertThat(lines.getFirst()).isEqualTo("READY {\"devices\":2}");
        assertThat(lines.subList(1, lines.size())).hasSizeBetween(30, 34).allMatch(line -> line.matches(
                "\\{\"seconds\":\\d+,\"taken\":\\d+,\"published\":\\d+,\"acknowledged\":\\d+,\"in_flight\":\\d+,\"backlog\":\\d+,"
                        + "\"connected\":2,\"errors\":0\\}"));
        assertThat(lines.getLast()).contains("\"taken\":60,").contains("\"acknowledged\":60,\"in_flight\":0,\"backlog\":0");
    }
}
