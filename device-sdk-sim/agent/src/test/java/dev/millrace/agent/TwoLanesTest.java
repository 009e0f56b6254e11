package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Decoded;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// After an outage live readings go first, and the backlog drains beside them. All in virtual time: the clock passes
/// only when the test says so, and the network answers after its round trip.
class TwoLanesTest {
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration ROUND_TRIP = Duration.ofMillis(150);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final JournalSettings JOURNAL = JournalSettings.defaults().withSync(new SyncPolicy.ByInterval(Duration.ofHours(1)));
    private static final AgentSettings SETTINGS = AgentSettings.defaults().withLinger(SECOND).withJournal(JOURNAL);

    @TempDir
    private Path folder;
    private final ManualClock clock = new ManualClock();
    private final Network network = new Network();

    /// Answers after its round trip, as long as it works; notes what came to its door and when.
    private final class Network implements Uplink {
        final List<Publish> publishes = new ArrayList<>();
        private final Deque<Publish> unanswered = new ArrayDeque<>();
        boolean isDown;
        DeviceAgent agent;
        int inMemoryMax;

        @Override
        public CompletableFuture<Void> publish(byte[] payload) {
            if (isDown) {
                return CompletableFuture.failedFuture(new IllegalStateException("no network"));
            }
            if (!(PackCodec.anyFormat().decode(payload) instanceof Decoded.Telemetry(Pack pack))) {
                throw new AssertionError("no pack");
            }
            inMemoryMax = Math.max(inMemoryMax, agent.status().inMemory() + pack.readings().size());
            var publish = new Publish(clock.nanoTime(), clock.millis(), payload.length,
                    pack.readings().stream().map(Reading::id).toList(),
                    pack.readings().stream().mapToLong(Reading::takenAtMillis).toArray(), new CompletableFuture<>());
            publishes.add(publish);
            unanswered.add(publish);
            return publish.answer();
        }

        void answer() {
            while (!unanswered.isEmpty() && clock.nanoTime() - unanswered.getFirst().nanos() >= ROUND_TRIP.toNanos()) {
                unanswered.removeFirst().answer().complete(null);
            }
        }
    }

    private record Publish(long nanos, long millis, int bytes, List<ReadingId> ids, long[] takenMillis,
            CompletableFuture<Void> answer) {
    }

    private DeviceAgent agent(AgentSettings settings) throws IOException {
        network.agent = DeviceAgent.open("truck-1", "truck", folder, network, PackCodec.protobufV1(), settings, clock, new SplittableRandom(4));
        return network.agent;
    }

    private static Map<String, Double> measures(long number) {
        return Map.of("speed_kmh", number % 900 / 10.0, "rpm", 900.0 + number % 1_000, "coolant_c", 88.5, "fuel_pct", 50.0,
                "lat", 48.0 + number % 100_000 / 1e5, "lon", 11.0 + number % 100_000 / 1e5);
    }

    private void second(DeviceAgent agent, long number, int ticks) {
        agent.take(measures(number));
        for (int tick = 0; tick < ticks; tick++) {
            clock.pass(SECOND.dividedBy(ticks));
            network.answer();
            agent.poll();
        }
    }

    /// 1,209,600 readings, the clock going on a second with each, then drained at the default rate while a reading a second
    /// is taken.
    @Test
    void twoWeeksDrainWhileLiveReadingsStayLiveAndMemoryStaysSmall() throws IOException {
        int backlog = (int) Duration.ofDays(14).toSeconds();
        network.isDown = true;
        var arrived = new BitSet();
        List<Long> delays = new ArrayList<>();
        long taken = 0;
        try (DeviceAgent agent = agent(SETTINGS)) {
            for (; taken < backlog; taken++) {
                second(agent, taken, 1);
                assertThat(agent.status().inMemory()).isLessThan(40);
            }
            assertThat(agent.status().backlog()).isEqualTo(backlog);

            network.isDown = false;
            agent.uplinkRestored();
            long restoredMillis = clock.millis();
            long restoredNanos = clock.nanoTime();
            while (agent.status().backlog() > 10) {
                second(agent, taken++, (int) SECOND.dividedBy(TICK));
                for (Publish publish : network.publishes) {
                    publish.ids().forEach(id -> arrived.set((int) id.seq()));
                    Arrays.stream(publish.takenMillis()).filter(at -> at >= restoredMillis).forEach(at -> delays.add(publish.millis() - at));
                }
                network.publishes.clear();
            }
            Duration drained = Duration.ofNanos(clock.nanoTime() - restoredNanos);

            assertThat(drained).as("at 5 packs a second of some 80 readings").isLessThan(Duration.ofMinutes(90));
            assertThat(arrived.cardinality()).isGreaterThanOrEqualTo(backlog);
            assertThat(arrived.nextClearBit(1)).as("without a hole").isGreaterThan(backlog);
            delays.sort(null);
            assertThat(delays).hasSizeGreaterThan(1_000);
            assertThat(delays.get(delays.size() * 99 / 100)).as("p99, ms from the sensor to the uplink's door").isLessThan(2_000);
            assertThat(network.inMemoryMax).as("readings in memory, those of the pack at the door included").isLessThan(400);
            assertThat(agent.status().lost()).isZero();
            System.out.printf("%d readings drained in %s, live p50 %d ms, p99 %d ms, at most %d readings in memory, journal %d MB%n", backlog,
                    drained, delays.get(delays.size() / 2), delays.get(delays.size() * 99 / 100), network.inMemoryMax, agent.status().journalBytes() >> 20);
        }
    }

    @Test
    void noSecondHasMoreThanAConnectionTakes() throws IOException {
        AgentSettings fast = SETTINGS.withBacklogPacksPerSecond(75).withInFlightPacksMax(100).withPackBytesMax(Pack.BYTES_MAX);
        for (AgentSettings settings : List.of(fast, fast.withPackBytesMax(1_000))) {
            network.isDown = true;
            try (DeviceAgent agent = agent(settings)) {
                for (int i = 0; i < 20_000; i++) {
                    second(agent, i, 1);
                }
                network.isDown = false;
                agent.uplinkRestored();
                agent.flush();
                for (int i = 0; agent.status().backlog() > 10; i++) {
                    second(agent, i, 50);
                }
            }
            for (int first = 0; first < network.publishes.size(); first++) {
                long from = network.publishes.get(first).nanos();
                List<Publish> second = network.publishes.stream().skip(first).takeWhile(publish -> publish.nanos() - from < SECOND.toNanos()).toList();
                assertThat(second).hasSizeLessThanOrEqualTo(95);
                assertThat(second.stream().mapToLong(Publish::bytes).sum()).isLessThan(512_000);
            }
            network.publishes.clear();
        }
    }

    @Test
    void liveReadingsPassTheBacklogAndTheBacklogKeepsItsRate() throws IOException {
        network.isDown = true;
        try (DeviceAgent agent = agent(SETTINGS.withPackBytesMax(1_000).withBacklogPacksPerSecond(2))) {
            for (int i = 0; i < 3_600; i++) {
                second(agent, i, 1);
            }
            network.isDown = false;
            agent.uplinkRestored();
            network.publishes.clear();
            for (int i = 0; i < 60; i++) {
                second(agent, i, 50);
            }
            List<Publish> live = network.publishes.stream().filter(publish -> publish.ids().getFirst().seq() > 3_600).toList();
            List<Publish> old = network.publishes.stream().filter(publish -> publish.ids().getFirst().seq() <= 3_500).toList();
            assertThat(live).hasSizeGreaterThan(25);
            assertThat(old).as("2 a second, and what was on its way before").hasSizeBetween(110, 135);
            assertThat(old.stream().skip(20).map(publish -> publish.ids().getFirst().seq()).toList()).as("oldest first").isSorted();
        }
    }

    @Test
    void aLinkThatComesAndGoesLeavesNothingBehind() throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            var random = new SplittableRandom(seed);
            try (DeviceAgent agent = agent(SETTINGS.withLive(SECOND, 5))) {
                for (int i = 0; i < 600; i++) {
                    if (random.nextInt(10) == 0) {
                        network.isDown = !network.isDown;
                        agent.uplinkRestored();
                    }
                    second(agent, i, 5);
                }
                network.isDown = false;
                for (int i = 0; i < 3_000 && agent.status().backlog() > 0; i++) {
                    clock.pass(TICK.multipliedBy(5));
                    network.answer();
                    agent.poll();
                }
                AgentStatus status = agent.status();
                assertThat(status.backlog()).as("seed %d", seed).isZero();
                assertThat(status.acknowledged()).isEqualTo(status.taken() + status.recovered());
            }
        }
        List<ReadingId> arrived = network.publishes.stream().flatMap(publish -> publish.ids().stream()).distinct().toList();
        assertThat(arrived).hasSize(5 * 600);
    }
}
