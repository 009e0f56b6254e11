package dev.millrace.pipeline.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What does not hold yet, one test each. They fail; so they run only in the profile `open-defects`. Once one is mended,
/// its part of [Variant] becomes usual and the test goes.
@Tag("open-defect")
class OpenDefectsTest {
    private static final int SEEDS = 2_000;

    /// A batch may write its sinks and still be given up: then its readings come again after later ones. A rollup that
    /// it left stands under a version (its count) that the pane reaches again with other readings, or never.
    @Test
    void aBatchThatWasGivenUpLeavesNoRollupOfItsOwn() {
        assertThat(failures(new Variant(true))).isEmpty();
    }

    private static Map<Long, Violation> failures(Variant variant) {
        Map<Long, Violation> failed = FleetSimulationTest.failures(0, SEEDS, variant);
        FleetSimulationTest.print(failed, variant);
        return failed;
    }
}
