package dev.millrace.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.millrace.agent.SeqRange;
import dev.millrace.agent.SyncPolicy;
import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {
    private static final Pattern LOST = Pattern.compile(
            "\\{\"kind\":\"lost\",\"thing\":\"([a-z0-9-]+)\",\"epoch\":(\\d+),\"seqs\":\\[((?:,?\\[\\d+,\\d+])+)]\\}");
    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)]");

    @TempDir
    private Path folder;
    private final FakeLinks links = new FakeLinks();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final SplittableRandom epochs = new SplittableRandom(99);
    private final VirtualTime time = new VirtualTime();
    private Mishaps mishaps = Mishaps.NONE;

    private SimulationSettings settings(Profile profile, int devices, double resend, double delay, int malformed, int outOfRange, int spoofed) {
        return settings(profile, Format.json, devices, resend, delay, malformed, outOfRange, spoofed);
    }

    private SimulationSettings settings(Profile profile, Format format, int devices, double resend, double delay, int malformed, int outOfRange,
            int spoofed) {
        return new SimulationSettings("localhost", 8883, folder.resolve("ca.pem"), folder, devices, profile, "rule", "", 30, 7, folder.resolve("journals"),
                folder.resolve("truth.jsonl.gz"), Duration.ofSeconds(2), resend, delay, malformed, outOfRange, spoofed, 1_000, Duration.ofSeconds(60),
                new SyncPolicy.ByInterval(Duration.ofMinutes(1)), format, Map.of(), mishaps);
    }

    private Fleet fleet(SimulationSettings settings) throws IOException {
        return new Fleet(settings, links, time, time::pass, epochs, Progress.json(new PrintStream(shown, true, UTF_8)),
                new PrintStream(logged, true, UTF_8));
    }

    private Run.Outcome run(SimulationSettings settings) throws IOException {
        try (Fleet fleet = fleet(settings)) {
            return fleet.run();
        }
    }

    private List<String> truthLines() throws IOException {
        return TruthLines.all(folder.resolve("truth.jsonl.gz"));
    }

    private List<Matcher> truth(Pattern kind) throws IOException {
        return TruthLines.of(folder.resolve("truth.jsonl.gz"), kind);
    }

    private List<ReadingId> trueIds() throws IOException {
        return TruthLines.ids(folder.resolve("truth.jsonl.gz"));
    }

    @Test
    void theTruthIsWhatWasSent() throws IOException {
        Run.Outcome outcome = run(settings(Profile.truck, 5, 0.1, 0.1, 7, 11, 4));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(trueIds()).hasSize(5 * 30).doesNotHaveDuplicates();
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
        assertThat(truth(TruthLines.READING)).filteredOn(line -> line.group("fate").contains("out_of_range")).hasSize(11);
        assertThat(truth(TruthLines.INJECTED)).filteredOn(line -> !line.group(2).equals("spoofed")).hasSize(7);
        assertThat(truth(TruthLines.INJECTED)).filteredOn(line -> line.group(2).equals("spoofed")).hasSize(4);
        assertThat(truth(TruthLines.INJECTED)).allSatisfy(line -> assertThat(links.messages).anySatisfy(message -> {
            assertThat(message.thing()).isEqualTo(line.group(1));
            assertThat(Arrays.equals(message.payload(), Base64.getDecoder().decode(line.group(3)))).isTrue();
        }));
    }

    @Test
    void aFleetThatSpeaksProtobufSendsNoReadingInJsonAndEveryReadingOnce() throws IOException {
        Run.Outcome outcome = run(settings(Profile.truck, Format.protobuf, 5, 0.1, 0.1, 0, 3, 4));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(links.messages).allSatisfy(message -> assertThat(message.payload()[0]).isEqualTo((byte) 8));
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds())).hasSize(5 * 30);
        assertThat((long) links.ids().size()).isEqualTo(150 + outcome.totals().readingsResent());
        assertThat(truth(TruthLines.INJECTED)).hasSize(4).allSatisfy(line -> assertThat(line.group(2)).isEqualTo("spoofed"));
    }

    @Test
    void theSummaryCountsWhatWasDoneOnPurpose() throws IOException {
        Run.Outcome outcome = run(settings(Profile.environment, 20, 0.2, 0.2, 3, 0, 0));

        Totals totals = outcome.totals();
        assertThat(totals.packsResent()).isPositive();
        assertThat(totals.packsDelayed()).isPositive();
        assertThat((long) links.messages.size()).isEqualTo(totals.packs() + totals.packsResent() + totals.injected());
        assertThat((long) links.ids().size()).isEqualTo(totals.taken() + totals.readingsResent());
        assertThat(truthLines().getLast()).isEqualTo(
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
        Run.Outcome first = run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));
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
        SimulationSettings settings = new SimulationSettings("localhost", 8883, folder.resolve("ca.pem"), folder, 1, Profile.truck, "rule", "", 600, 7,
                folder.resolve("journals"), folder.resolve("truth.jsonl.gz"), Duration.ofSeconds(2), 0, 0, 0, 0, 0, 1_000, Duration.ofSeconds(5),
                new SyncPolicy.ByInterval(Duration.ofMinutes(1)), Format.json,
                Map.of("journal.segmentBytesMax", "4096", "journal.bytesMax", "16384", "journal.whenFull", "drop-oldest"), Mishaps.NONE);
        Run.Outcome outcome = run(settings);

        assertThat(outcome.isComplete()).isFalse();
        assertThat(outcome.message()).matches("600 readings were not acknowledged, [345]\\d\\d of them were given up by the agents");
        assertThat(links.notices).isNotEmpty().allSatisfy(notice -> assertThat(notice.thing()).isEqualTo("truck-00001"));
        assertThat(links.notices.stream().flatMap(notice -> notice.seqs().stream()).mapToLong(SeqRange::size).sum())
                .as("each told once").isEqualTo(Long.parseLong(outcome.message().replaceAll(".* (\\d+) of them.*", "$1")));
        assertThat(trueIds()).hasSize(600);
    }

    @Test
    void aTruthFileThatLostItsEndIsCompletedFromTheJournals() throws IOException {
        links.isSilent = true;
        run(settings(Profile.truck, 2, 0, 0, 0, 3, 0));
        Path truth = folder.resolve("truth.jsonl.gz");
        List<ReadingId> before = trueIds();
        List<String> lines = truthLines();
        var cut = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(cut, 512, true)) {
            gzip.write((String.join("\n", lines.subList(0, 20)) + "\n" + lines.get(20).substring(0, 30)).getBytes(UTF_8));
            gzip.flush();
            Files.write(truth, cut.toByteArray());
        }

        links.isSilent = false;
        run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));
        assertThat(trueIds()).doesNotHaveDuplicates().containsAll(before).hasSize(120);
        assertThat(truth(TruthLines.READING)).filteredOn(line -> line.group("fate").contains("out_of_range")).hasSize(3);
        assertThat(new HashSet<>(links.ids())).isEqualTo(new HashSet<>(trueIds()));
    }

    @Test
    void whatHappensToTrucksOnTheirWayLosesNothingButWhatADiskTakesAlong() throws IOException {
        mishaps = new Mishaps(0.4, 0.5, 2, Duration.ofSeconds(200));
        Run.Outcome outcome = run(settings(Profile.truck, 10, 0.1, 0.1, 3, 0, 2));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(links.pauses).as("4 lose the link, 5 to 7 the power").isBetween(8, 11);
        assertThat(trueIds()).doesNotHaveDuplicates().hasSizeBetween(10 * 30 - 7 * 10, 10 * 30 - 5);
        Set<ReadingId> unsure = truth(LOST).stream().flatMap(FleetTest::idsOf).collect(Collectors.toSet());
        assertThat(unsure).isNotEmpty();
        assertThat(outcome.message()).contains(" or went with a disk: " + unsure.size());
        assertThat(trueIds()).containsAll(unsure);
        assertThat(new HashSet<>(trueIds())).containsAll(links.ids());
        assertThat(new HashSet<>(links.ids())).containsAll(trueIds().stream().filter(id -> !unsure.contains(id)).toList());
        assertThat(trueIds().stream().map(id -> id.thing() + id.epoch()).distinct()).as("a new epoch for each lost disk").hasSizeGreaterThanOrEqualTo(12);
        assertThat(truth(TruthLines.READING).stream().filter(line -> line.group(4).equals("1")).map(line -> line.group("ts")).distinct())
                .as("clocks that differ").hasSizeGreaterThan(9);
    }

    private static Stream<ReadingId> idsOf(Matcher lost) {
        return RANGE.matcher(lost.group(3)).results().flatMap(range -> LongStream.rangeClosed(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)))
                .mapToObj(seq -> new ReadingId(lost.group(1), Long.parseLong(lost.group(2)), seq)));
    }

    @Test
    void aTruthFileOfAnotherKindIsNamedAndLeftAlone() throws IOException {
        Path truth = Files.writeString(folder.resolve("truth.jsonl.gz"), "{}\n");

        assertThatIOException().isThrownBy(() -> run(settings(Profile.truck, 2, 0, 0, 0, 0, 0)))
                .withMessage("truth file %s: expected JSON lines in gzip, or no file: Not in GZIP format".formatted(truth));
        assertThat(truth).hasContent("{}");
    }

    @Test
    void aFleetThatCannotConnectSaysWhyAndTakesNothing() throws IOException {
        links.isDown = true;
        Run.Outcome outcome = run(settings(Profile.truck, 2, 0, 0, 0, 0, 0));

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
            Run.Outcome outcome = running.run();

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
                        + "\"connected\":2,\"devices\":2,\"errors\":0\\}"));
        assertThat(lines.getLast()).contains("\"taken\":60,").contains("\"acknowledged\":60,\"in_flight\":0,\"backlog\":0");
    }
}
