package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceAgentTest {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final JournalSettings JOURNAL = JournalSettings.defaults().withSegmentBytesMax(4_096);
    private static final AgentSettings SETTINGS = AgentSettings.defaults().withPackBytesMax(1_000).withLinger(LINGER).withInFlightPacksMax(3)
            .withBackoff(Duration.ofSeconds(1), Duration.ofSeconds(8)).withJournal(JOURNAL);

    @TempDir(factory = MemoryTempDir.class)
    private Path folder;
    private final ManualClock clock = new ManualClock();
    private final FakeUplink uplink = new FakeUplink();

    private DeviceAgent agent(Uplink to) throws IOException {
        return agent(to, PackCodec.jsonV1());
    }

    private DeviceAgent agent(Uplink to, PackCodec codec) throws IOException {
        return DeviceAgent.open("truck-1", "truck", folder, to, codec, SETTINGS, clock, new SplittableRandom(2));
    }

    private static List<ReadingId> recovered(DeviceAgent agent) {
        List<ReadingId> ids = new ArrayList<>();
        agent.forEachRecovered(reading -> ids.add(reading.id()));
        return ids;
    }

    private static List<ReadingId> take(DeviceAgent agent, int count) {
        List<ReadingId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(agent.take(Map.of("speed_kmh", 80.5 + i, "rpm", 1_400.0)).id());
        }
        return ids;
    }

    private void passLinger(DeviceAgent agent) {
        clock.pass(LINGER);
        agent.poll();
    }

    @Test
    void aReadingWaitsForOthersUntilItHasLingered() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            ReadingId first = take(agent, 1).getFirst();
            clock.pass(LINGER.minusMillis(1));
            ReadingId second = take(agent, 1).getFirst();
            agent.poll();
            assertThat(uplink.publishes).isEmpty();

            clock.pass(Duration.ofMillis(1));
            agent.poll();
            assertThat(uplink.publishes).singleElement().satisfies(publish -> assertThat(publish.ids()).containsExactly(first, second));
        }
    }

    @Test
    void theInstantIsOfTheClockAndTheLingeringIsNot() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            clock.setInstant(Instant.ofEpochSecond(5));
            Reading reading = agent.take(Map.of("rpm", 1.0));
            clock.setInstant(Instant.parse("2026-11-23T12:00:00Z"));
            agent.poll();

            assertThat(reading.takenAtMillis()).isEqualTo(5_000);
            assertThat(uplink.publishes).isEmpty();
        }
    }

    @Test
    void inProtobufMoreReadingsFitIntoAPackOfTheSameBytes() throws IOException {
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), PackCodec.protobufV1())) {
            List<ReadingId> taken = take(agent, 100);
            passLinger(agent);

            assertThat(uplink.allIds()).isEqualTo(taken);
            assertThat(uplink.publishes).allSatisfy(publish -> assertThat(publish.payload()).hasSizeLessThanOrEqualTo(1_000));
            assertThat(uplink.publishes.getFirst().ids()).hasSizeGreaterThan(45);
        }
    }

    @Test
    void aFullPackDoesNotWaitAndNoPackIsOverTheBound() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            List<ReadingId> taken = take(agent, 40);
            agent.poll();

            assertThat(uplink.publishes).hasSizeGreaterThan(1)
                    .allSatisfy(publish -> assertThat(publish.payload().length).isBetween(900, 1_000));
            passLinger(agent);
            assertThat(uplink.allIds()).isEqualTo(taken);
        }
    }

    @Test
    void aReadingLargerThanTheBoundGoesAlone() throws IOException {
        Map<String, Double> large = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            large.put("measure_number_" + i, 1.0 / (i + 3));
        }
        try (DeviceAgent agent = agent(uplink)) {
            agent.take(large);
            take(agent, 1);
            passLinger(agent);

            assertThat(uplink.publishes).extracting(publish -> publish.ids().size()).containsExactly(1, 1);
        }
    }

    @Test
    void onlySoManyPacksAreInFlight() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 100);
            passLinger(agent);
            assertThat(uplink.publishes).hasSize(3);

            uplink.publishes.get(1).fail();
            agent.poll();
            assertThat(uplink.publishes).as("a pack that waits to be sent again is in flight").hasSize(3);

            uplink.publishes.get(2).acknowledge();
            agent.poll();
            assertThat(uplink.publishes).hasSize(4);
        }
    }

    @Test
    void aFailedPackIsSentAgainWithTheSameBytes() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 3);
            passLinger(agent);
            uplink.publishes.getFirst().fail();
            agent.poll();
            clock.pass(Duration.ofSeconds(1));
            agent.poll();

            assertThat(uplink.publishes).hasSize(2);
            assertThat(uplink.publishes.get(1).payload()).isEqualTo(uplink.publishes.getFirst().payload());
            assertThat(agent.lastFailure()).contains("quota exceeded");
        }
    }

    @Test
    void aPackWithoutAnswerIsSentAgainWithTheSameIdentities() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            List<ReadingId> taken = take(agent, 3);
            passLinger(agent);
            clock.pass(Duration.ofSeconds(45));
            agent.poll();
            clock.pass(Duration.ofSeconds(1));
            agent.poll();

            assertThat(uplink.publishes).hasSize(2).allSatisfy(publish -> assertThat(publish.ids()).isEqualTo(taken));
        }
    }

    @Test
    void aLateAnswerToAnEarlierAttemptCounts() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 3);
            passLinger(agent);
            clock.pass(Duration.ofSeconds(45));
            agent.poll();
            uplink.publishes.getFirst().acknowledge();
            agent.poll();

            assertThat(agent.status().backlog()).isZero();
            clock.pass(Duration.ofMinutes(5));
            agent.poll();
            assertThat(uplink.publishes).hasSize(1);
        }
    }

    @Test
    void theWaitsGrowToTheirCeilingAndAreRandom() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 1);
            passLinger(agent);
            List<Long> waits = new ArrayList<>();
            for (int attempt = 1; attempt <= 40; attempt++) {
                uplink.publishes.getLast().fail();
                agent.poll();
                long waited = 0;
                while (uplink.publishes.size() == attempt) {
                    clock.pass(Duration.ofMillis(10));
                    waited += 10;
                    agent.poll();
                }
                waits.add(waited);
            }
            assertThat(waits.getFirst()).isLessThanOrEqualTo(1_010);
            assertThat(waits).allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(8_010)).anySatisfy(wait -> assertThat(wait).isGreaterThan(4_000));
            assertThat(waits.subList(5, 40)).anySatisfy(wait -> assertThat(wait).as("full jitter").isLessThan(3_000));
        }
    }

    @Test
    void aCloudThatRefusesIsAskedOnceAtATimeAndThenGetsFullerPacks() throws IOException {
        List<Integer> publishesInAMinute = new ArrayList<>();
        try (DeviceAgent agent = agent(uplink)) {
            for (int minute = 0; minute < 2; minute++) {
                int before = uplink.publishes.size();
                for (int second = 0; second < 60; second++) {
                    take(agent, 1);
                    clock.pass(Duration.ofSeconds(1));
                    agent.poll();
                    uplink.publishes.stream().filter(publish -> !publish.answer().isDone()).forEach(FakeUplink.Publish::fail);
                    agent.poll();
                }
                publishesInAMinute.add(uplink.publishes.size() - before);
            }
            int refused = uplink.publishes.size();
            for (int second = 0; second < 120; second++) {
                clock.pass(Duration.ofSeconds(1));
                agent.poll();
                uplink.publishes.forEach(FakeUplink.Publish::acknowledge);
            }
            agent.poll();

            assertThat(publishesInAMinute).as("of 60 readings that might each be asked for, and again").allSatisfy(publishes -> assertThat(publishes).isBetween(5, 30));
            assertThat(agent.status().backlog()).isZero();
            assertThat(uplink.publishes.subList(refused, uplink.publishes.size())).hasSizeLessThan(20);
        }
    }

    @Test
    void onePackThatIsAlwaysRefusedDoesNotHoldUpTheOthers() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            List<ReadingId> poisoned = take(agent, 1);
            for (int second = 0; second < 120; second++) {
                clock.pass(Duration.ofSeconds(1));
                take(agent, 1);
                agent.poll();
                for (FakeUplink.Publish publish : uplink.publishes) {
                    if (publish.ids().contains(poisoned.getFirst())) {
                        publish.fail();
                    } else {
                        publish.acknowledge();
                    }
                }
            }
            assertThat(agent.status().backlog()).isLessThanOrEqualTo(1 + 5);
        }
    }

    @Test
    void newLimitsHoldFromTheNextPollOnForWhatWaitsToo() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            List<ReadingId> taken = take(agent, 4);
            agent.reconfigure(256, LINGER.dividedBy(2), 5);
            clock.pass(LINGER.dividedBy(2));
            agent.poll();

            assertThat(uplink.publishes).hasSizeGreaterThan(1).allSatisfy(publish -> assertThat(publish.payload().length).isLessThanOrEqualTo(256));
            assertThat(uplink.allIds()).isEqualTo(taken);
            assertThatIllegalArgumentException().isThrownBy(() -> agent.reconfigure(100, LINGER, 5)).withMessageContaining("packBytesMax not in 256");
        }
    }

    @Test
    void aRestoredUplinkEndsTheWaiting() throws IOException {
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 1);
            passLinger(agent);
            uplink.publishes.getFirst().fail();
            agent.poll();
            agent.uplinkRestored();
            agent.poll();

            assertThat(uplink.publishes).hasSize(2);
        }
    }

    @Test
    void answersInAnyOrderLeaveExactlyWhatIsNotAcknowledged() throws IOException {
        List<ReadingId> second;
        try (DeviceAgent agent = agent(uplink)) {
            take(agent, 100);
            passLinger(agent);
            second = uplink.publishes.get(1).ids();
            uplink.publishes.get(2).acknowledge();
            uplink.publishes.get(0).acknowledge();
            agent.poll();
            uplink.publishes.subList(3, uplink.publishes.size()).forEach(FakeUplink.Publish::acknowledge);
            while (agent.status().inFlight() > 1) {
                agent.poll();
                uplink.publishes.subList(3, uplink.publishes.size()).forEach(FakeUplink.Publish::acknowledge);
            }
            assertThat(agent.status().backlog()).isEqualTo(second.size());
        }
        try (DeviceAgent restarted = agent(uplink)) {
            assertThat(recovered(restarted)).isEqualTo(second);
        }
    }

    @Test
    void afterARestartWhatWasNotAcknowledgedIsSentUnderItsOldIdentity() throws IOException {
        List<ReadingId> taken;
        try (DeviceAgent agent = agent(uplink)) {
            taken = new ArrayList<>(take(agent, 3));
            passLinger(agent);
        }
        var after = new FakeUplink();
        try (DeviceAgent agent = agent(after)) {
            taken.addAll(take(agent, 1));
            passLinger(agent);

            assertThat(after.allIds()).as("live first").startsWith(taken.getLast()).containsExactlyInAnyOrderElementsOf(taken);
            assertThat(agent.status().recovered()).isEqualTo(3);
        }
    }

    @Test
    void anUplinkThatThrowsIsAFailureLikeOthers() throws IOException {
        try (DeviceAgent agent = agent(_ -> {
            throw new IllegalStateException("closed");
        })) {
            take(agent, 1);
            passLinger(agent);
            agent.poll();

            assertThat(agent.lastFailure()).contains("closed");
            assertThat(agent.status().backlog()).isEqualTo(1);
        }
    }

    @Test
    void closingFlushesAndSaysWhetherEverythingArrived() throws Exception {
        DeviceAgent agent = agent(new FakeUplink().answeringAtOnce());
        take(agent, 100);
        assertThat(agent.close(Duration.ofSeconds(10))).isTrue();

        DeviceAgent silent = agent(_ -> new CompletableFuture<>());
        take(silent, 1);
        assertThat(silent.close(Duration.ofMillis(50))).isFalse();
        try (DeviceAgent restarted = agent(uplink)) {
            assertThat(recovered(restarted)).hasSize(1);
        }
    }

    @Test
    void whatIsTakenIsWhatArrivesWhateverTheUplinkDoes() throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            var random = new SplittableRandom(seed);
            Path journal = folder.resolve("seed-" + seed);
            List<ReadingId> taken = new ArrayList<>();
            List<ReadingId> arrived = new ArrayList<>();
            Uplink flaky = payload -> {
                if (random.nextInt(4) == 0) {
                    return CompletableFuture.failedFuture(new IllegalStateException("before"));
                }
                arrived.addAll(new FakeUplink.Publish(payload, new CompletableFuture<>()).ids());
                return random.nextInt(4) == 0 ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
            };
            boolean isDone = false;
            for (int life = 0; !isDone; life++) {
                try (DeviceAgent agent = DeviceAgent.open("truck-1", "truck", journal, flaky, PackCodec.jsonV1(),
                        SETTINGS.withJournal(JOURNAL.withSync(new SyncPolicy.ByInterval(Duration.ofSeconds(1)))), clock, random)) {
                    for (int step = 0; step < 50; step++) {
                        taken.addAll(life < 5 ? take(agent, random.nextInt(10)) : List.of());
                        clock.pass(Duration.ofMillis(random.nextInt(3_000)));
                        agent.poll();
                    }
                    isDone = life >= 5 && agent.status().backlog() == 0;
                }
            }
            assertThat(taken).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(arrived.stream().distinct().sorted().toList()).as("seed %d", seed).isEqualTo(taken.stream().sorted().toList());
        }
    }
}
