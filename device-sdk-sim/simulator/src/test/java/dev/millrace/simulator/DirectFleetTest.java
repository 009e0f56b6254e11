package dev.millrace.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ReadingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectFleetTest {
    private static final int SECONDS = 30;

    @TempDir
    private Path folder;
    private final VirtualTime time = new VirtualTime();
    private final FakeStream stream = new FakeStream(time, new SplittableRandom(5));
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private Executor calls = Runnable::run;
    private Fleet.Pause pause = time::pass;
    private long readingsWaitingMax = DirectFleet.READINGS_WAITING_MAX;

    private SimulationSettings settings(Profile profile, Format format, int devices, double resend, int malformed, int outOfRange, int spoofed, int lingerMillis) {
        return SimulationSettings.direct(devices, profile, SECONDS, 7, truth(), Duration.ofMillis(lingerMillis), resend, malformed, outOfRange, spoofed, 1_000,
                Duration.ofSeconds(60), format);
    }

    private SimulationSettings trucks(int devices) {
        return settings(Profile.truck, Format.json, devices, 0, 0, 0, 0, 2_000);
    }

    private Path truth() {
        return folder.resolve("truth.jsonl.gz");
    }

    private Run.Outcome run(SimulationSettings settings) throws IOException {
        try (DirectFleet fleet = fleet(settings)) {
            return fleet.run();
        }
    }

    private DirectFleet fleet(SimulationSettings settings) throws IOException {
        return new DirectFleet(settings, readingsWaitingMax, stream, calls, time, duration -> pause.pause(duration), new SplittableRandom(99),
                Progress.json(new PrintStream(shown, true, UTF_8)), new PrintStream(logged, true, UTF_8));
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whateverTheStreamRefusesItHasInTheEndWhatTheTruthSaysAndNoMore(Profile profile) throws IOException {
        stream.refusals = 0.3;
        stream.failures = 0.1;
        Run.Outcome outcome = run(settings(profile, Format.json, 50, 0.1, 7, 11, 4, 2_000));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        List<ReadingId> taken = TruthLines.ids(truth());
        assertThat(taken).hasSize(50 * SECONDS).doesNotHaveDuplicates();
        assertThat(new HashSet<>(stream.ids())).isEqualTo(new HashSet<>(taken));
        Totals totals = outcome.totals();
        assertThat(totals.packsResent()).isPositive();
        assertThat(totals.packsRetried()).isPositive();
        assertThat((long) stream.ids().size()).isEqualTo(totals.taken() + totals.readingsResent());
        assertThat((long) stream.records.size()).isEqualTo(totals.packs() + totals.packsResent() + totals.injected());
        assertThat(TruthLines.of(truth(), TruthLines.READING)).filteredOn(line -> line.group("fate").contains("out_of_range")).hasSize(11);
        assertThat(TruthLines.all(truth()).getLast()).isEqualTo(
                ("{\"kind\":\"summary\",\"taken\":1500,\"packs\":%d,\"packs_resent\":%d,\"readings_resent\":%d,\"packs_delayed\":0,"
                        + "\"packs_retried\":%d,\"injected\":11,\"unacknowledged\":0}").formatted(
                        totals.packs(), totals.packsResent(), totals.readingsResent(), totals.packsRetried()));
    }

    @Test
    void whatBelongsIntoQuarantineIsUnderTheKeyOfWhoSentIt() throws IOException {
        run(settings(Profile.truck, Format.protobuf, 5, 0, 7, 0, 4, 2_000));

        assertThat(TruthLines.of(truth(), TruthLines.INJECTED)).hasSize(11).allSatisfy(line -> assertThat(stream.records).anySatisfy(record -> {
            assertThat(record.thing()).isEqualTo(line.group(1));
            assertThat(Arrays.equals(record.payload(), Base64.getDecoder().decode(line.group(3)))).isTrue();
        }));
    }

    @Test
    void aLostAnswerDoublesPacksButLosesNone() throws IOException {
        stream.lostAnswers = 0.2;
        Run.Outcome outcome = run(trucks(20));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(new HashSet<>(stream.ids())).isEqualTo(new HashSet<>(TruthLines.ids(truth()))).hasSize(20 * SECONDS);
        assertThat(stream.ids()).hasSizeGreaterThan(20 * SECONDS);
        assertThat(logged.toString(UTF_8)).contains("connection reset");
    }

    @Test
    void noReadingIsInTheStreamBeforeItIsInTheTruth() throws IOException {
        calls = task -> {
            task.run();
            try {
                assertThat(TruthLines.ids(truth())).containsAll(stream.ids());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        assertThat(run(trucks(2)).isComplete()).isTrue();
        assertThat(stream.calls).isGreaterThan(10);
    }

    @Test
    void readingsOfADeviceShareAPackForTheirLinger() throws IOException {
        run(trucks(4));

        Map<Integer, Long> packsBySize = stream.records.stream().collect(Collectors.groupingBy(record -> FakeStream.ids(record).size(), Collectors.counting()));
        assertThat(packsBySize.get(3)).as("three in two seconds: %s", packsBySize).isGreaterThanOrEqualTo(4 * 8L);
        assertThat(stream.records).hasSizeBetween(4 * 10, 4 * 12);
    }

    @Test
    void aPackThatIsFullDoesNotLinger() throws IOException {
        SimulationSettings settings = SimulationSettings.direct(2, Profile.truck, SECONDS, 7, truth(), Duration.ofHours(1), 0, 0, 0, 0, 10,
                Duration.ofSeconds(60), Format.json);
        run(settings);

        assertThat(stream.records).allSatisfy(record -> assertThat(record.payload().length).isLessThanOrEqualTo(4_700));
        assertThat(stream.records.size()).as("some 28 in a pack").isBetween(2 * 3_000 / 32, 2 * 3_000 / 24);
        assertThat(stream.ids()).hasSize(2 * 3_000).doesNotHaveDuplicates();
        assertThat(new HashSet<>(stream.ids())).isEqualTo(new HashSet<>(TruthLines.ids(truth())));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 3_000})
    void aStreamThatThrottlesIsNotFloodedAndHasEverythingInTheEnd(int recordsPerSecond) throws IOException {
        stream.recordsPerSecond = recordsPerSecond;
        int records = 2 * recordsPerSecond * SECONDS;
        Run.Outcome outcome = run(settings(Profile.environment, Format.json, 2 * recordsPerSecond, 0, 0, 0, 0, 0));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(stream.ids()).hasSize(records).doesNotHaveDuplicates();
        assertThat(outcome.totals().packsRetried()).as("of %d", records).isBetween(1L, (long) records);
        assertThat(Duration.ofNanos(time.nanoTime())).as("twice the time at least").isBetween(Duration.ofSeconds(2 * SECONDS - 1), Duration.ofSeconds(3 * SECONDS));
    }

    @Test
    void aFleetThatGivesMoreThanTheStreamTakesWaitsForIt() throws IOException {
        stream.recordsPerSecond = 10;
        readingsWaitingMax = 200;
        Run.Outcome outcome = run(trucks(100));

        assertThat(outcome.isComplete()).as(outcome.message()).isTrue();
        assertThat(outcome.totals().taken()).isBetween(300L, 2_000L);
        assertThat(new HashSet<>(stream.ids())).isEqualTo(new HashSet<>(TruthLines.ids(truth()))).hasSize((int) outcome.totals().taken());
        assertThat(shown.toString(UTF_8).lines().filter(line -> line.startsWith("{")).map(line -> line.replaceAll(".*\"backlog\":(\\d+).*", "$1")))
                .allSatisfy(backlog -> assertThat(Integer.parseInt(backlog)).isLessThanOrEqualTo(200));
        assertThat(logged.toString(UTF_8)).contains("the stream takes less than the fleet gives: 200 readings wait");
    }

    @Test
    void aStreamThatTakesNothingEndsTheRunAfterTheDrain() throws IOException {
        stream.refusals = 1;
        Run.Outcome outcome = run(trucks(2));

        assertThat(outcome.isComplete()).isFalse();
        assertThat(outcome.message()).matches("60 readings, 2\\d records in all, are not in the stream, 60 s after the last was taken, last problem: throttled");
        assertThat(Duration.ofNanos(time.nanoTime())).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(91));
    }

    @Test
    void aStreamThatIsNotThereEndsTheRunAtOnce() throws IOException {
        stream.isGone = true;
        Run.Outcome outcome = run(trucks(2));

        assertThat(outcome.isComplete()).isFalse();
        assertThat(outcome.message()).isEqualTo("stream s cannot be written: it is gone");
        assertThat(Duration.ofNanos(time.nanoTime())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void eachStartIsANewEpochOfEachDeviceAndCountsFromOne() throws IOException {
        run(trucks(3));
        time.pass(Duration.ofSeconds(10));
        run(trucks(3));

        Map<String, List<ReadingId>> byEpoch = TruthLines.ids(truth()).stream().collect(Collectors.groupingBy(id -> id.thing() + "/" + id.epoch()));
        assertThat(byEpoch).hasSize(6).allSatisfy((_, ids) -> assertThat(ids.stream().map(ReadingId::seq)).startsWith(1L, 2L).hasSize(SECONDS));
        assertThat(stream.ids().stream().collect(Collectors.toMap(Function.identity(), _ -> 1, Integer::sum))).hasSize(2 * 3 * SECONDS);
    }

    @Test
    void aStoppedFleetBringsWhatItTook() throws IOException {
        try (DirectFleet fleet = fleet(settings(Profile.truck, Format.json, 2, 0, 5, 0, 0, 2_000))) {
            pause = duration -> {
                time.pass(duration);
                if (time.nanoTime() > Duration.ofSeconds(10).toNanos()) {
                    fleet.requestStop();
                }
            };
            Run.Outcome outcome = fleet.run();

            assertThat(outcome.isComplete()).isTrue();
            assertThat(outcome.totals().taken()).isBetween(18L, 22L);
            assertThat(new HashSet<>(stream.ids())).isEqualTo(new HashSet<>(TruthLines.ids(truth())));
        }
    }
}
