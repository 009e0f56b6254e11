package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CompactionSimulationTest {
    private static final long SEEDS = Long.getLong("millrace.compaction.seeds", 25);
    private static final long FIRST = Long.getLong("millrace.compaction.first-seed", 1);

    @Test
    void whateverBefallsTheRunsTheTableHoldsWhatHasLandedOnce() throws IOException {
        int kills = 0;
        int overtaken = 0;
        int merges = 0;
        int orphans = 0;
        int expired = 0;
        int deleted = 0;
        int leftOut = 0;
        long corrected = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            var simulation = new CompactionSimulation(seed);
            simulation.run();
            kills += simulation.kills;
            overtaken += simulation.overtaken;
            merges += simulation.merges;
            orphans += simulation.orphans;
            expired += simulation.expired;
            deleted += simulation.lifecycleDeletions;
            leftOut += simulation.leftOut;
            corrected += simulation.corrected;
        }
        System.out.printf("%d seeds: %d runs killed, %d overtaken, %d merges, %d orphans deleted, %d snapshots expired, %d landing objects deleted, "
                + "%d readings left out of their panes, %d panes corrected%n", SEEDS, kills, overtaken, merges, orphans, expired, deleted, leftOut, corrected);
        assertThat(leftOut).as("late readings").isPositive();
        assertThat(corrected).as("panes corrected").isPositive();
        assertThat(kills).as("runs killed").isPositive();
        assertThat(overtaken).as("runs overtaken").isPositive();
        assertThat(merges).as("merges").isPositive();
        assertThat(orphans).as("orphans deleted").isPositive();
        assertThat(expired).as("snapshots expired").isPositive();
        assertThat(deleted).as("landing objects deleted").isPositive();
    }
}
