package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Findings.Quarantined;
import dev.millrace.cli.Findings.Row;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final Map<String, Double> MEASURES = Map.of("temperature_c", 20.5);
    private final SortedMap<ReadingId, GroundTruth.Taken> taken = new TreeMap<>();
    private final Set<ReadingId> unsure = new HashSet<>();
    private final List<GroundTruth.Injected> injected = new ArrayList<>();
    private final Map<String, ThingState> states = new HashMap<>();
    private final List<Row> hot = new ArrayList<>();
    private final List<Row> lake = new ArrayList<>();
    private final List<Quarantined> quarantined = new ArrayList<>();

    /// Three readings of a, the second out of range; a malformed message of b: all as it must be.
    private AuditTest() {
        taken.put(id(1), new GroundTruth.Taken(1_001, MEASURES, ""));
        taken.put(id(2), new GroundTruth.Taken(1_002, Map.of("temperature_c", 999.0), "out_of_range"));
        taken.put(id(3), new GroundTruth.Taken(1_003, MEASURES, ""));
        injected.add(new GroundTruth.Injected("b", "malformed", "e30="));
        states.put("a", state(1, 3, 2));
        states.put("b", ThingState.unseen("b"));
        hot.addAll(List.of(new Row(id(1), 1_001, MEASURES), new Row(id(3), 1_003, MEASURES)));
        lake.addAll(List.of(new Row(id(1), 1_001, MEASURES), new Row(id(3), 1_003, MEASURES), new Row(id(3), 1_003, MEASURES)));
        quarantined.add(new Quarantined("a", "shard", "11", "out_of_range", 1, List.of(2L), "AAAA"));
        quarantined.add(new Quarantined("b", "shard", "12", "malformed", 0, List.of(), "e30="));
    }

    private static ReadingId id(long seq) {
        return new ReadingId("a", 1, seq);
    }

    private static ThingState state(long first, long last, long accepted) {
        Ledger ledger = Ledger.of(128, List.of(new Ledger.Interval(first, last)), 0);
        return new ThingState("a", 1, new TreeMap<>(Map.of(1L, ledger)), List.of(), new Progress(1_003, 0, 1_100, 0), new Tally(accepted, 4, 1, 0), 0);
    }

    private Audit audit() throws SQLException {
        return Audit.of(new GroundTruth(taken, unsure, injected, 0), new Findings(states, hot::forEach, lake::forEach, quarantined));
    }

    @Test
    void aRunWithoutLossIsExactlyOnceAndItsAccountAddsUp() throws SQLException {
        Audit audit = audit();

        assertThat(audit.problems()).isEmpty();
        assertThat(audit.lines()).containsEntry("a", new Audit.Line(3, 0, 2, 4, 1, 0, 2, 2, 1, 0)).containsEntry("b", new Audit.Line(0, 0, 0, 0, 0, 1, 0, 0, 0, 0));
        assertThat(audit.total()).isEqualTo(new Audit.Line(3, 0, 2, 4, 1, 1, 2, 2, 1, 0));
    }

    @Test
    void aReadingThatIsInNoLedgerIsNamedAsMissing() throws SQLException {
        states.put("a", state(1, 2, 1));

        assertThat(audit().problems()).contains("missing: a/1/3, not in its ledger", "a: 1 readings were counted, 2 were taken");
        assertThat(audit().total().missing()).isEqualTo(1);
    }

    @Test
    void aThingOfWhichTheCloudKnowsNothingIsMissingWhole() throws SQLException {
        states.remove("a");

        assertThat(audit().total().missing()).isEqualTo(2);
    }

    @Test
    void aReadingThatAStoreLacksIsNamedWithTheStore() throws SQLException {
        hot.removeFirst();
        lake.removeFirst();

        assertThat(audit().problems()).containsExactlyInAnyOrder("missing: a/1/1 is not in the hot store", "missing: a/1/1 is not in the lake");
    }

    @Test
    void aReadingTwiceInTheHotStoreIsDoubledButInLandingItIsARepeat() throws SQLException {
        hot.add(hot.getFirst());

        assertThat(audit().problems()).containsExactly("doubled: a/1/1 is more than once in the hot store");
    }

    @Test
    void aValueThatChangedOnItsWayIsFound() throws SQLException {
        lake.set(0, new Row(id(1), 1_001, Map.of("temperature_c", 20.4)));
        hot.set(0, new Row(id(1), 1_000, MEASURES));

        assertThat(audit().problems()).hasSize(2).allMatch(problem -> problem.startsWith("changed: a/1/1 in the "));
    }

    @Test
    void aReadingThatNobodyTookOrThatIsNotPlausibleMustNotBeStored() throws SQLException {
        hot.add(new Row(id(9), 1, MEASURES));
        lake.add(new Row(id(2), 1_002, Map.of("temperature_c", 999.0)));

        assertThat(audit().problems()).containsExactly("unknown: a/1/9 is in the hot store, but no device took it",
                "unknown: a/1/2 is in the lake, but it is not plausible");
    }

    @Test
    void aWrongMessageThatIsNotInQuarantineByteForByteIsMissing() throws SQLException {
        quarantined.set(1, new Quarantined("b", "shard", "12", "malformed", 0, List.of(), "e31="));

        assertThat(audit().problems()).containsExactlyInAnyOrder("missing: malformed message of b is not in quarantine with its 3 bytes",
                "unknown: quarantine holds a malformed message of b that nobody sent");
    }

    @Test
    void anImplausibleReadingThatIsNotInQuarantineIsMissing() throws SQLException {
        quarantined.removeFirst();

        assertThat(audit().problems()).containsExactly("missing: a/1/2, not in quarantine");
    }

    @Test
    void whatWentWithADiskMayBeMissingEverywhere() throws SQLException {
        states.put("a", state(1, 2, 1));
        hot.removeLast();
        lake.removeIf(row -> row.id().equals(id(3)));
        unsure.add(id(3));

        assertThat(audit().problems()).isEmpty();
        assertThat(audit().total()).isEqualTo(new Audit.Line(3, 1, 1, 4, 1, 1, 1, 1, 0, 0));
    }

    @Test
    void whatWentWithADiskAndCameAllTheSameIsHeldToTheRule() throws SQLException {
        unsure.add(id(3));
        assertThat(audit().problems()).isEmpty();

        hot.removeLast();
        assertThat(audit().problems()).containsExactly("missing: a/1/3 is not in the hot store");
    }

    @Test
    void whatWentWithADiskMayNotBeInAStoreAlone() throws SQLException {
        states.put("a", state(1, 2, 1));
        unsure.add(id(3));

        assertThat(audit().problems()).contains("unknown: a/1/3 is in the hot store, but no device took it");
    }

    @Test
    void aGapOfOtherReadingsIsNoLossOfADisk() throws SQLException {
        Ledger ledger = Ledger.of(128, List.of(new Ledger.Interval(3, 3)), 0);
        states.put("a", new ThingState("a", 1, new TreeMap<>(Map.of(1L, ledger)), List.of(), new Progress(1_003, 0, 1_100, 0), new Tally(1, 4, 1, 0), 0));
        unsure.add(id(1));

        assertThat(audit().problems()).contains("a: epoch 1 misses [Interval[first=1, last=2]]");
    }
}
