package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a journal does that has no room, or readings that nobody wants any more.
class QuotaTest {
    private static final int QUOTA_BYTES = 40_000;
    private static final Duration MONTH = Duration.ofDays(30);
    private static final JournalSettings JOURNAL = JournalSettings.defaults().withSync(new SyncPolicy.ByInterval(Duration.ofMinutes(1)))
            .withSegmentBytesMax(4_096).withRetained(0, Duration.ZERO);
    private static final JournalSettings REJECTS = JOURNAL.withQuota(QUOTA_BYTES, MONTH, JournalSettings.WhenFull.REJECT_NEW);
    private static final JournalSettings DROPS = JOURNAL.withQuota(QUOTA_BYTES, MONTH, JournalSettings.WhenFull.DROP_OLDEST);
    private static final Uplink DOWN = _ -> CompletableFuture.failedFuture(new IllegalStateException("no network"));

    @TempDir(factory = MemoryTempDir.class)
    private Path folder;
    private final ManualClock clock = new ManualClock();
    private final FakeUplink uplink = new FakeUplink();

    private DeviceAgent agent(Uplink to, Notices notices, JournalSettings journal) throws IOException {
        AgentSettings settings = AgentSettings.defaults().withJournal(journal).withLive(Duration.ofSeconds(1), 10)
                .withBacklogPacksPerSecond(75);
        return DeviceAgent.open("truck-1", "truck", folder, to, notices, PackCodec.jsonV1(), settings, clock, new SplittableRandom(2));
    }

    private DeviceAgent agent(Uplink to, JournalSettings journal) throws IOException {
        return agent(to, _ -> new CompletableFuture<>(), journal);
    }

    private List<ReadingId> take(DeviceAgent agent, int count) {
        List<ReadingId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(agent.take(Map.of("speed_kmh", 80.5 + i, "rpm", 1_400.0)).id());
            clock.pass(Duration.ofSeconds(1));
            agent.poll();
        }
        return ids;
    }

    private void drain(DeviceAgent agent) {
        for (int i = 0; i < 2_000 && agent.status().backlog() > 0; i++) {
            clock.pass(Duration.ofMillis(100));
            agent.poll();
        }
        assertThat(agent.status().backlog()).isZero();
    }

    private static Set<Long> seqs(List<SeqRange> ranges) {
        return ranges.stream().flatMap(range -> LongStream.rangeClosed(range.first(), range.last()).boxed())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertAccounted(AgentStatus status) {
        assertThat(status.taken() + status.recovered()).isEqualTo(status.acknowledged() + status.lost() + status.backlog());
    }

    @Test
    void aFullJournalThatRejectsKeepsWhatItHasAndSpendsNoSeq() throws IOException {
        List<ReadingId> taken = new ArrayList<>();
        try (DeviceAgent agent = agent(DOWN, REJECTS)) {
            assertThatExceptionOfType(BacklogFull.class).isThrownBy(() -> {
                while (true) {
                    taken.addAll(take(agent, 1));
                }
            }).withMessageMatching("truck-1 keeps %d readings that the cloud has not acknowledged, in [34]\\d{4} of at most 40000 bytes: reading not taken"
                    .formatted(taken.size()));
            assertThat(agent.status().refused()).isOne();
            assertThat(agent.status().journalBytes()).isLessThanOrEqualTo(QUOTA_BYTES);
            assertAccounted(agent.status());
        }
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), REJECTS)) {
            drain(agent);
            assertThat(uplink.allIds()).containsExactlyInAnyOrderElementsOf(taken);
            take(agent, 100);
            drain(agent);
            assertThat(agent.status().lost()).isZero();
        }
    }

    @Test
    void whatIsNamedAsLostDoesNotArriveThoughItWasStillInMemory() throws IOException {
        AgentSettings settings = AgentSettings.defaults().withJournal(DROPS);
        try (DeviceAgent agent = DeviceAgent.open("truck-1", "truck", folder, uplink.answeringAtOnce(), PackCodec.jsonV1(), settings, clock,
                new SplittableRandom(2))) {
            List<ReadingId> taken = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                taken.add(agent.take(Map.of("speed_kmh", 80.5 + i, "rpm", 1_400.0)).id());
            }
            Set<Long> lost = seqs(agent.lost().get(taken.getFirst().epoch()));
            assertThat(lost).hasSizeGreaterThan(100);
            drain(agent);

            assertThat(uplink.allIds()).extracting(ReadingId::seq).doesNotContainAnyElementsOf(lost).doesNotHaveDuplicates().hasSize(taken.size() - lost.size());
            assertAccounted(agent.status());
        }
    }

    @Test
    void aFullJournalThatDropsLosesTheOldestCountsThemAndTellsTheCloud() throws IOException {
        List<LostReadings> told = new ArrayList<>();
        List<ReadingId> taken;
        try (DeviceAgent agent = agent(DOWN, DROPS)) {
            taken = take(agent, 2_000);
            assertThat(agent.status().journalBytes()).isLessThanOrEqualTo(QUOTA_BYTES);
            assertThat(agent.status().lost()).isGreaterThan(1_000).isEqualTo(agent.status().lostUnreported());
            assertAccounted(agent.status());
        }
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), lost -> {
            told.add(lost);
            return told.size() == 1 ? CompletableFuture.failedFuture(new IllegalStateException("no network")) : CompletableFuture.completedFuture(null);
        }, DROPS)) {
            assertThat(agent.recovery().isWhole()).as("lost before, not now").isTrue();
            drain(agent);
            clock.pass(Duration.ofMinutes(5));
            agent.poll();
            agent.poll();
            assertThat(agent.lost()).isEmpty();
            assertAccounted(agent.status());
        }
        assertThat(told).hasSize(2).allSatisfy(lost -> assertThat(lost.epoch()).isEqualTo(taken.getFirst().epoch()));
        Set<Long> lost = seqs(told.getLast().seqs());
        Set<Long> arrived = uplink.allIds().stream().map(ReadingId::seq).collect(Collectors.toSet());
        assertThat(taken).as("arrived or told").allMatch(id -> lost.contains(id.seq()) != arrived.contains(id.seq()));
        assertThat(lost).as("the oldest").contains(1L).hasSizeGreaterThan(1_000);
        try (DeviceAgent agent = agent(uplink, DROPS)) {
            assertThat(agent.lost()).as("told is told").isEmpty();
            assertThat(agent.recovery().lost()).isEmpty();
        }
    }

    @Test
    void readingsOlderThanTheAgeAreGivenUpWhenTheirWholeFileIs() throws IOException {
        try (DeviceAgent agent = agent(DOWN, REJECTS)) {
            take(agent, 200);
            clock.pass(MONTH);
            take(agent, 1);

            assertThat(agent.status().lost()).isBetween(100L, 200L);
            assertThat(agent.lost().values()).singleElement().satisfies(ranges -> assertThat(ranges.getFirst().first()).isOne());
            assertAccounted(agent.status());
        }
    }

    @Test
    void aReadingThatRotsOnTheDiskAfterTheStartIsReportedAndTheOthersArrive() throws IOException {
        List<ReadingId> taken;
        try (DeviceAgent agent = agent(DOWN, REJECTS)) {
            taken = take(agent, 300);
        }
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), REJECTS)) {
            Path second = Segment.file(folder, 2);
            byte[] bytes = Files.readAllBytes(second);
            bytes[2_000] ^= 1;
            Files.write(second, bytes);
            drain(agent);

            assertThat(agent.status().lost()).isOne();
            long lost = agent.lost().get(taken.getFirst().epoch()).getFirst().first();
            assertThat(uplink.allIds()).hasSize(299).doesNotHaveDuplicates().noneMatch(id -> id.seq() == lost);
            assertAccounted(agent.status());
        }
    }

    @Test
    void segmentsAreKeptForResendingWithinTheirBounds() throws IOException {
        JournalSettings retains = REJECTS.withQuota(1 << 20, MONTH, JournalSettings.WhenFull.REJECT_NEW).withRetained(20_000, Duration.ofDays(1));
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), retains)) {
            take(agent, 2_000);
            drain(agent);
            assertThat(agent.status().journalBytes()).isBetween(16_000L, 26_000L);

            clock.pass(Duration.ofDays(2));
            take(agent, 100);
            drain(agent);
            assertThat(agent.status().journalBytes()).isLessThan(13_000);
        }
    }

    @Test
    void whatIsRetainedMakesRoomForWhatIsNot() throws IOException {
        JournalSettings retains = REJECTS.withRetained(1 << 20, MONTH);
        try (DeviceAgent agent = agent(uplink.answeringAtOnce(), retains)) {
            take(agent, 1_000);
            drain(agent);
            assertThat(agent.status().journalBytes()).isGreaterThan(QUOTA_BYTES - 4_096 - 1_000);
            assertThat(take(agent, 300)).hasSize(300);
            assertThat(agent.status().refused()).isZero();
        }
    }

    @Test
    void byCountSomeReadingsShareOneForce() throws IOException {
        JournalSettings byCount = REJECTS.withSync(new SyncPolicy.ByCount(50));
        try (DeviceAgent agent = agent(DOWN, byCount)) {
            take(agent, 120);
        }
        try (Stream<Path> files = Files.list(folder); DeviceAgent agent = agent(DOWN, byCount)) {
            assertThat(files).isNotEmpty();
            assertThat(agent.recovery().start()).as("after a close").isEqualTo(Recovery.EpochStart.CONTINUED);
            List<Reading> recovered = new ArrayList<>();
            agent.forEachRecovered(recovered::add);
            assertThat(recovered).hasSize(120);
        }
    }
}
