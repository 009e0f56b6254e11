package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessRow.Missing;
import dev.millrace.events.ReadingId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CompletenessCheckTest {
    private final SortedMap<ReadingId, GroundTruth.Taken> taken = new TreeMap<>();

    /// Of thing a in epoch 1 the readings 1, 2 and 5 are known; 3 and 4 went with a disk.
    private CompletenessCheckTest() {
        for (long seq : List.of(1L, 2L, 5L)) {
            taken.put(new ReadingId("a", 1, seq), new GroundTruth.Taken(seq, Map.of(), ""));
        }
    }

    private List<String> problems(CompletenessRow... rows) {
        return CompletenessCheck.problems(new GroundTruth(taken, Set.of(), List.of(), 0), List.of(rows));
    }

    private static CompletenessRow row(String thing, long taken, long lost, Missing... gaps) {
        return new CompletenessRow(thing, Instant.EPOCH, 5, taken, 2, lost, 0, 3, 0, 0, 0, List.of(gaps));
    }

    @Test
    void whatAgreesIsNoProblem() {
        assertThat(problems(row("a", 3, 0, new Missing(1, 3, 4)), row("sends-nonsense", 0, 0))).isEmpty();
    }

    @Test
    void everyOtherAnswerIsOne() {
        assertThat(problems()).containsExactly("a: 3 readings were taken, and it has no row in the table of completeness");
        assertThat(problems(row("a", 3, 0))).singleElement().asString().startsWith("a: the table of completeness misses [], the ground truth [Missing");
        assertThat(problems(row("a", 3, 0, new Missing(1, 3, 3)))).hasSize(1);
        assertThat(problems(row("a", 4, 0, new Missing(1, 3, 4)))).singleElement().asString().contains("4 readings taken", "taken were 3");
        assertThat(problems(row("a", 3, 1, new Missing(1, 3, 4)))).hasSize(1);
        assertThat(problems(row("a", 3, 0, new Missing(1, 3, 4)), row("b", 1, 0))).singleElement().asString().startsWith("b: ");
    }
}
