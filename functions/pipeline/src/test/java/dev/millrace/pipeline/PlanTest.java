package dev.millrace.pipeline;

import static dev.millrace.pipeline.Packs.NOON;
import static dev.millrace.pipeline.Packs.batch;
import static dev.millrace.pipeline.Packs.garbage;
import static dev.millrace.pipeline.Packs.reading;
import static dev.millrace.pipeline.Packs.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ReadingId;
import dev.millrace.events.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    private final Map<String, ThingState> states = new HashMap<>();

    static Iterable<Samples.Sample> invalid() {
        return Samples.invalid();
    }

    private Plan plan(Batch batch) {
        batch.records().forEach(record -> states.putIfAbsent(record.partitionKey(), ThingState.unseen(record.partitionKey())));
        return Plan.of(batch, states, Packs.CODEC, Packs.TYPES, Limits.DEFAULT);
    }

    private void commit(Plan plan) {
        plan.states().forEach(state -> states.put(state.thing(), state));
    }

    @Test
    void aReadingIsAcceptedOnceHoweverOftenItComes() {
        StreamRecord record = record(1, "a", 1, 1, 3);

        Plan plan = plan(batch(record, record));
        assertThat(plan.tally()).isEqualTo(new Tally(3, 3, 0, 0));
        commit(plan);

        assertThat(plan(batch(record)).tally()).isEqualTo(new Tally(0, 3, 0, 0));
    }

    @Test
    void planningLeavesTheLoadedStateAsItWas() {
        ThingState before = ThingState.unseen("a");
        states.put("a", before);
        commit(plan(batch(record(1, "a", 1, 1, 3))));
        byte[] committed = StateCodec.encode(states.get("a"));

        plan(batch(record(2, "a", 1, 4, 5)));

        assertThat(StateCodec.encode(states.get("a"))).isEqualTo(committed);
        assertThat(before.ledgers()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void aPayloadThatIsNoPackIsRejectedWholeWithItsBytes(Samples.Sample sample) {
        var record = new StreamRecord("1", "env-00001", NOON, sample.payload());

        Plan plan = plan(batch(record));

        assertThat(plan.tally()).isEqualTo(new Tally(0, 0, 1, 0));
        assertThat(plan.rejected().getFirst().record().payload()).isSameAs(sample.payload());
        assertThat(plan.rejected().getFirst().rejection().reason()).isEqualTo("malformed");
    }

    @Test
    void aPackThatClaimsAnotherThingIsSpoofedAndTouchesNeitherLedger() {
        StreamRecord honest = record(1, "victim", 1, 1, 1);
        var spoofed = new StreamRecord("2", "attacker", honest.arrivedAtMillis(), honest.payload());

        Plan plan = plan(batch(spoofed));

        assertThat(plan.rejected().getFirst().rejection()).isEqualTo(new Rejection.Spoofed("attacker", "victim"));
        assertThat(plan.states()).allSatisfy(state -> assertThat(state.ledgers()).isEmpty());
    }

    @Test
    void aTypeThatNobodyKnowsIsRejected() {
        Plan plan = plan(batch(garbage(1, "a", "{\"v\":1,\"type\":\"toaster\",\"device\":\"a\",\"epoch\":1,\"seq\":1,\"ts\":1,\"m\":{\"x\":1}}")));

        assertThat(plan.rejected().getFirst().rejection()).isEqualTo(new Rejection.UnknownType("toaster"));
    }

    @Test
    void oneImplausibleReadingDoesNotTakeItsPackAlong() {
        Plan plan = plan(batch(record(1, "a", List.of(reading("a", 1, 1, NOON, 20), reading("a", 1, 2, NOON + 1, 999), reading("a", 1, 3, NOON + 2, -61)))));

        assertThat(plan.accepted()).extracting(accepted -> accepted.reading().id()).containsExactly(new ReadingId("a", 1, 1));
        assertThat(plan.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.seqs()).containsExactly(2L, 3L);
            assertThat(rejected.rejection()).isEqualTo(new Rejection.OutOfRange("temperature_c", 999, -60, 85));
        });
        assertThat(plan.states().getFirst().ledgers().get(1L).missing()).as("quarantined is not missing").isEmpty();
    }

    @Test
    void aClockTooFarAheadOrBehindIsRejectedAndMovesNoWatermark() {
        var ahead = new StreamRecord("1", "a", NOON, record(1, "a", List.of(reading("a", 1, 1, NOON + 300_001, 20))).payload());
        var behind = new StreamRecord("2", "a", NOON, record(1, "a", List.of(reading("a", 1, 2, NOON - 30 * 86_400_000L - 1, 20))).payload());

        Plan plan = plan(batch(ahead, behind));

        assertThat(plan.rejected()).extracting(rejected -> rejected.rejection().reason()).containsExactly("in_future", "too_old");
        assertThat(plan.states().getFirst().watermarkMillis()).isEqualTo(-1);
    }

    @Test
    void aPaneHoldsTheStatisticsOfItsMinute() {
        Plan plan = plan(batch(record(1, "a", List.of(
                reading("a", 1, 1, NOON, 20), reading("a", 1, 2, NOON + 59_999, 30), reading("a", 1, 3, NOON + 60_000, 40)))));

        assertThat(plan.rollups()).extracting(rollup -> rollup.pane().readings()).containsExactly(2L, 1L);
        assertThat(plan.rollups().getFirst().pane().measures().get("temperature_c"))
                .isEqualTo(new Aggregate(2, 50, 0, 1_300, 0, 20, 30, 20, NOON, 30, NOON + 59_999));
    }

    @Test
    void aReadingAfterItsPaneHasClosedIsAcceptedAndMarkedLate() {
        long closing = NOON + 60_000 + 10 * 60_000;
        commit(plan(batch(record(1, "a", List.of(reading("a", 1, 1, NOON, 20), reading("a", 1, 2, closing, 20))))));
        assertThat(states.get("a").panes()).extracting(pane -> pane.key().startMillis()).as("open panes").doesNotContain(NOON);

        Plan plan = plan(batch(record(2, "a", List.of(reading("a", 1, 3, NOON + 1_000, 20)))));

        assertThat(plan.tally()).isEqualTo(new Tally(1, 0, 0, 1));
        assertThat(plan.rollups()).isEmpty();
    }

    @Test
    void theOutcomeDoesNotDependOnTheCutIntoBatches() {
        StreamRecord[] records = {record(1, "a", 1, 1, 4), record(2, "a", List.of(reading("a", 1, 9, NOON + 3_600_000, 1))),
            record(3, "a", 1, 5, 8), record(4, "a", 2, 1, 2), record(5, "a", 1, 3, 10)};
        Plan whole = plan(batch(records));
        states.clear();

        Plan last = null;
        for (StreamRecord record : records) {
            last = plan(batch(record));
            commit(last);
        }

        ThingState atOnce = whole.states().getFirst();
        ThingState oneByOne = states.get("a");
        assertThat(oneByOne.ledgers()).isEqualTo(atOnce.ledgers());
        assertThat(oneByOne.panes()).isEqualTo(atOnce.panes());
        assertThat(oneByOne.tally()).isEqualTo(atOnce.tally());
    }

    @Test
    void anEpochPastTheBoundIsForgottenAndWhatComesOfItLaterIsQuarantined() {
        commit(plan(batch(record(1, "a", 1, 3, 3), record(2, "a", 2, 1, 1), record(3, "a", 3, 1, 1), record(4, "a", 4, 1, 1))));

        Plan plan = plan(batch(record(5, "a", 5, 1, 1), record(6, "a", 1, 1, 1)));

        assertThat(plan.lost()).as("seqs 1 and 2 of epoch 1").isEqualTo(2);
        assertThat(plan.rejected()).singleElement().satisfies(rejected ->
                assertThat(rejected.rejection()).isEqualTo(new Rejection.EpochForgotten(1, 2)));
    }
}
