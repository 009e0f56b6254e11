package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ReadingId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RollingCheckTest {
    private static final GroundTruth TRUTH = new GroundTruth(new TreeMap<>(Map.of(
            new ReadingId("a", 1, 1), new GroundTruth.Taken(59_999, Map.of("t", 1.0), ""),
            new ReadingId("a", 1, 2), new GroundTruth.Taken(60_000, Map.of("t", 2.0), ""),
            new ReadingId("a", 1, 3), new GroundTruth.Taken(120_000, Map.of("t", 4.0), ""),
            new ReadingId("a", 1, 4), new GroundTruth.Taken(120_001, Map.of("t", 999.0), "out_of_range"))), Set.of(), List.of(), 0);

    @Test
    void theAverageOverThePlausibleReadingsOfTheWindowIsRight() {
        assertThat(RollingCheck.problems(TRUTH, "t", 60_000, List.of(new HotStore.Rolling("a", 2, 2, 3.0)))).isEmpty();
    }

    @Test
    void aWrongAverageCountOrThingIsFound() {
        assertThat(RollingCheck.problems(TRUTH, "t", 60_000, List.of(new HotStore.Rolling("a", 2, 2, 3.001)))).hasSize(1);
        assertThat(RollingCheck.problems(TRUTH, "t", 60_000, List.of(new HotStore.Rolling("a", 2, 3, 3.0)))).hasSize(1);
        assertThat(RollingCheck.problems(TRUTH, "t", 60_000, List.of())).containsExactly("rolling average of a is missing");
        assertThat(RollingCheck.problems(TRUTH, "t", 180_000, List.of(new HotStore.Rolling("a", 2, 2, 3.0)))).hasSize(1);
    }
}
