package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplaySimulationTest {
    private static final long SEEDS = Long.getLong("millrace.replay.seeds", 15);
    private static final long FIRST = Long.getLong("millrace.replay.first-seed", 1);

    @Test
    void aReplayFindsEveryDefectOfItsRangeAndNoOtherAndMendsIt() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        long mended = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            var simulation = new ReplaySimulation(seed);
            mended += simulation.run();
            simulation.expected.forEach((store, kinds) -> kinds.forEach((kind, count) -> found.merge(store.inWords() + " " + kind.inWords(), count, Long::sum)));
        }
        System.out.printf("%d seeds: %s, %d mended%n", SEEDS, found, mended);
        assertThat(mended).isPositive();
        for (Kind kind : List.of(Kind.MISSING, Kind.DIFFERENT, Kind.DOUBLED, Kind.CONFLICTING, Kind.NOT_LANDED)) {
            assertThat(found).as("kinds of defects").containsKey(Store.TABLE.inWords() + " " + kind.inWords());
        }
        for (Kind kind : List.of(Kind.MISSING, Kind.DIFFERENT, Kind.FEWER)) {
            assertThat(found).as("kinds of defects").containsKey(Store.PANES.inWords() + " " + kind.inWords());
        }
    }
}
