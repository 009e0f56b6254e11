package dev.millrace.pipeline.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FleetSimulationTest {
    private static final int SEEDS = 2_000;

    @Test
    void everyReadingIsCountedOnceWhateverHappens() {
        Map<Long, Violation> failed = new ConcurrentSkipListMap<>();
        LongStream.range(0, SEEDS).parallel().forEach(seed ->
                FleetSimulation.run(seed, FleetSimulation.Strictness.USUAL, false).violation().ifPresent(violation -> failed.put(seed, violation)));

        failed.forEach((seed, violation) -> System.out.printf("simulation: seed %d: %s%n", seed, violation.getMessage()));
        assertThat(failed).isEmpty();
    }
}
