package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One seed, one history of a device: it takes readings, the link comes and goes, answers get lost, the journal is full
/// and drops, the cloud asks for readings again, and the process is killed, with or without a torn write. At the end
/// every reading whose `take` returned has arrived, or was told to the cloud as lost; and no identity has two readings.
class CrashHistoryTest {
    private static final int LIVES = 8;

    @TempDir(factory = MemoryTempDir.class)
    private Path temp;
    private final ManualClock clock = new ManualClock();
    private final Map<ReadingId, Reading> taken = new TreeMap<>();
    private final Map<ReadingId, Reading> arrived = new TreeMap<>();
    private final Set<ReadingId> told = new HashSet<>();
    private final List<SeqRange> asked = new ArrayList<>();

    static Stream<Integer> seeds() {
        return Stream.iterate(1, seed -> seed + 1).limit(40);
    }

    private static AgentSettings settings(SplittableRandom random) {
        JournalSettings journal = JournalSettings.defaults().withSegmentBytesMax(4_096)
                .withQuota(random.nextInt(9_000, 60_000), Duration.ofDays(30), random.nextBoolean() ? JournalSettings.WhenFull.REJECT_NEW : JournalSettings.WhenFull.DROP_OLDEST)
                .withRetained(random.nextInt(20_000), Duration.ofDays(1));
        return AgentSettings.defaults().withPackBytesMax(random.nextInt(300, 3_000)).withInFlightPacksMax(random.nextInt(1, 12))
                .withLive(Duration.ofSeconds(random.nextInt(1, 20)), random.nextInt(1, 50)).withBacklogPacksPerSecond(random.nextInt(1, 20))
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(5)).withJournal(journal);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyReadingThatWasTakenArrivesOrIsToldAsLost(int seed) throws IOException {
        var random = new SplittableRandom(seed);
        boolean[] isDown = {false};
        Uplink uplink = payload -> {
            if (isDown[0] || random.nextInt(5) == 0) {
                return CompletableFuture.failedFuture(new IllegalStateException("before"));
            }
            new FakeUplink.Publish(payload, new CompletableFuture<>()).pack().readings().forEach(reading ->
                    assertThat(arrived.merge(reading.id(), reading, (one, _) -> one)).as("one identity, one reading").isEqualTo(reading));
            return random.nextInt(5) == 0 ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
        };
        Notices notices = lost -> {
            if (isDown[0] || random.nextInt(3) == 0) {
                return CompletableFuture.failedFuture(new IllegalStateException("no notice"));
            }
            for (SeqRange range : lost.seqs()) {
                for (long seq = range.first(); seq <= range.last(); seq++) {
                    told.add(new ReadingId(lost.thing(), lost.epoch(), seq));
                }
            }
            return CompletableFuture.completedFuture(null);
        };
        Path folder = temp.resolve("life-0");
        for (int life = 1; life <= LIVES; life++) {
            Path next = temp.resolve("life-" + life);
            DeviceAgent agent = DeviceAgent.open("truck-1", "truck", folder, uplink, notices, PackCodec.protobufV1(), settings(random), clock, random);
            live(agent, random, isDown);
            if (random.nextInt(3) > 0) {
                copyOfKilled(folder, next, random);
                agent.close();
                folder = next;
            } else {
                agent.close();
            }
        }
        isDown[0] = false;
        try (DeviceAgent last = DeviceAgent.open("truck-1", "truck", folder, uplink, notices, PackCodec.protobufV1(), settings(random), clock, random)) {
            for (int i = 0; i < 20_000 && (last.status().backlog() > 0 || !last.lost().isEmpty()); i++) {
                clock.pass(Duration.ofMillis(500));
                last.poll();
            }
            assertThat(last.status().backlog()).isZero();
            assertThat(last.lost()).isEmpty();
        }
        assertThat(taken.values()).allSatisfy(reading -> assertThat(reading.equals(arrived.get(reading.id())) || told.contains(reading.id()))
                .as("%s arrived or was told", reading.id()).isTrue());
        assertThat(arrived.values()).allSatisfy(reading -> assertThat(taken.getOrDefault(reading.id(), reading)).isEqualTo(reading));
    }

    private void live(DeviceAgent agent, SplittableRandom random, boolean[] isDown) {
        int steps = random.nextInt(30, 150);
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(15) == 0) {
                isDown[0] = !isDown[0];
                agent.uplinkRestored();
            }
            for (int left = random.nextInt(8); left > 0; left--) {
                try {
                    Reading reading = agent.take(Map.of("rpm", random.nextDouble(5_000), "speed_kmh", random.nextDouble(90)));
                    assertThat(taken.put(reading.id(), reading)).as("no identity is given twice").isNull();
                } catch (BacklogFull _) {
                    // not taken
                }
            }
            if (random.nextInt(20) == 0 && agent.status().taken() > 0) {
                long seq = random.nextLong(1, agent.status().taken() + 1);
                asked.add(new SeqRange(seq, seq + 20));
                agent.askResend(agent.recovery().epoch(), asked.getLast());
            }
            clock.pass(Duration.ofMillis(random.nextInt(2_000)));
            agent.poll();
            AgentStatus status = agent.status();
            assertThat(status.taken() + status.recovered()).isEqualTo(status.acknowledged() + status.lost() + status.backlog());
        }
    }

    /// What is on disk when a process is killed: all that was written; or, when the power failed in the middle of a write, that
    /// and a beginning of one more entry, which nobody was given.
    private static void copyOfKilled(Path folder, Path to, SplittableRandom random) throws IOException {
        Files.createDirectories(to);
        List<Path> segments;
        try (Stream<Path> files = Files.list(folder)) {
            segments = files.filter(file -> Segment.numberOf(file) >= 0).sorted(Comparator.comparingLong(Segment::numberOf)).toList();
        }
        for (Path segment : segments) {
            Files.copy(segment, to.resolve(segment.getFileName()));
        }
        if (random.nextBoolean()) {
            var torn = EntryFormat.frame(new Entry.Taken(new Reading(new ReadingId("truck-1", 77, 1), 1, new TreeMap<>(Map.of("rpm", 1.0)))));
            torn.limit(random.nextInt(1, torn.limit()));
            try (FileChannel last = FileChannel.open(to.resolve(segments.getLast().getFileName()), StandardOpenOption.APPEND)) {
                last.write(torn);
            }
        }
    }
}
