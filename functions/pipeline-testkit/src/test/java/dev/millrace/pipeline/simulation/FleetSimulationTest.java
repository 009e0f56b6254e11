package dev.millrace.pipeline.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class FleetSimulationTest {
    private static final int SEEDS = 2_000;
    private static final int SEEDS_AT_A_TIME = 2_000;

    /// Histories of these seeds that went wrong.
    static Map<Long, Violation> failures(long fromSeed, long toSeed, Variant variant) {
        Map<Long, Violation> failed = new ConcurrentSkipListMap<>();
        LongStream.range(fromSeed, toSeed).parallel().forEach(seed ->
                FleetSimulation.run(seed, variant, false).violation().ifPresent(violation -> failed.put(seed, violation)));
        return failed;
    }

    /// Prints the failing seeds, and the whole history of the first one.
    static void print(Map<Long, Violation> failed, Variant variant) {
        failed.forEach((seed, violation) -> System.out.printf("simulation: seed %d failed: %s%n", seed, violation.getMessage()));
        failed.keySet().stream().findFirst().ifPresent(seed -> FleetSimulation.run(seed, variant, true).lines().forEach(System.out::println));
    }

    @Test
    void everyReadingIsCountedOnceWhateverHappens() {
        long started = System.nanoTime();

        Map<Long, Violation> failed = failures(0, SEEDS, Variant.USUAL);

        print(failed, Variant.USUAL);
        System.out.printf("simulation: %d seeds, %d failed, in %d ms%n", SEEDS, failed.size(), Duration.ofNanos(System.nanoTime() - started).toMillis());
        assertThat(failed).isEmpty();
    }

    @Test
    void oneSeedIsOneHistory() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(FleetSimulation.run(seed, Variant.USUAL, true).lines()).isEqualTo(FleetSimulation.run(seed, Variant.USUAL, true).lines());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "simulation.seed", matches = "\\d+")
    void theHistoryOfTheGivenSeed() {
        FleetSimulation.Outcome outcome = FleetSimulation.run(Long.getLong("simulation.seed"), Variant.USUAL, true);

        outcome.lines().forEach(System.out::println);
        assertThat(outcome.violation()).isEmpty();
    }

    /// Runs until it is stopped, or for `simulation.seeds` seeds.
    @Test
    @Tag("endless")
    void noSeedFails() {
        long first = Long.getLong("simulation.from", 0);
        long end = first + Long.getLong("simulation.seeds", Long.MAX_VALUE / 2);
        long started = System.nanoTime();
        long failures = 0;
        for (long from = first; from < end; from += SEEDS_AT_A_TIME) {
            Map<Long, Violation> failed = failures(from, Math.min(end, from + SEEDS_AT_A_TIME), Variant.USUAL);
            failures += failed.size();
            print(failed, Variant.USUAL);
            System.out.printf("simulation: seeds %d to %d, %d failed so far, %d s%n",
                    first, Math.min(end, from + SEEDS_AT_A_TIME) - 1, failures, Duration.ofNanos(System.nanoTime() - started).toSeconds());
        }
        assertThat(failures).isZero();
    }
}
