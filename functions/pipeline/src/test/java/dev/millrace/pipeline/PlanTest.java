package dev.millrace.pipeline;

import static dev.millrace.pipeline.Packs.NOON;
import static dev.millrace.pipeline.Packs.batch;
import static dev.millrace.pipeline.Packs.garbage;
import static dev.millrace.pipeline.Packs.reading;
import static dev.millrace.pipeline.Packs.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.events.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    private static final DeviceType ENVIRONMENT = Packs.TYPES.require("environment");
    private static final long LATENESS = ENVIRONMENT.allowedLateness().toMillis();
    private final Map<String, ThingState> states = new HashMap<>();
    private Limits limits = Limits.DEFAULT;

    static Iterable<Samples.Sample> invalid() {
        return Samples.invalid();
    }

    private Plan plan(Batch batch) {
        batch.records().forEach(record -> states.putIfAbsent(record.partitionKey(), ThingState.unseen(record.partitionKey())));
        return Plan.of(batch.byThing(), states, Packs.CODEC, Packs.TYPES, limits);
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
        assertThat(plan.states().getFirst().progress().watermarkMillis()).isEqualTo(-1);
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

    private static StreamRecord sweep(int number, String thing, long arrivedAtMillis) {
        return new StreamRecord(String.valueOf(1_000 + number), thing, arrivedAtMillis, Sweep.payload());
    }

    @Test
    void aSweepClosesThePanesOfAThingThatIsSilentForItsAllowedLateness() {
        StreamRecord record = record(1, "a", List.of(reading("a", 1, 1, NOON + 59_000, 20)));
        commit(plan(batch(record)));
        long idleFrom = NOON + 60_000 + LATENESS;
        assertThat(states.get("a").progress().idleFromMillis()).isEqualTo(idleFrom);

        commit(plan(batch(sweep(2, "a", idleFrom - 1))));
        assertThat(states.get("a").panes()).as("a millisecond early").hasSize(1);
        Plan swept = plan(batch(sweep(3, "a", idleFrom)));
        commit(swept);

        assertThat(swept.received()).isZero();
        assertThat(states.get("a").panes()).isEmpty();
        assertThat(states.get("a").progress().idleFromMillis()).isZero();
        Plan after = plan(batch(record(4, "a", List.of(reading("a", 1, 2, NOON + 59_500, 20), reading("a", 1, 3, NOON + 60_000, 20)))));
        assertThat(after.tally()).as("only what falls into the swept pane is late").isEqualTo(new Tally(2, 0, 0, 1));
        assertThat(after.rollups()).singleElement().satisfies(rollup -> assertThat(rollup.pane().key().startMillis()).isEqualTo(NOON + 60_000));
    }

    @Test
    void aSweepDoesNothingToAThingThatSpokeMeanwhile() {
        commit(plan(batch(record(1, "a", 1, 1, 1), garbage(2, "a", "no pack"))));
        long due = states.get("a").progress().idleFromMillis();
        var alive = new StreamRecord("1003", "a", due - 1, record(3, "a", 1, 2, 2).payload());

        commit(plan(batch(alive, sweep(4, "a", due))));

        assertThat(states.get("a").panes()).singleElement().satisfies(pane -> assertThat(pane.readings()).isEqualTo(2));
    }

    @Test
    void panesMakeRoomTheOldestFirstAndStayClosed() {
        limits = new Limits(128, 4, 2 * StateCodec.paneBytesMax(ENVIRONMENT));
        commit(plan(batch(record(1, "a", List.of(reading("a", 1, 1, NOON, 20), reading("a", 1, 2, NOON + 60_000, 20), reading("a", 1, 3, NOON + 120_000, 20))))));

        assertThat(states.get("a").panes()).extracting(pane -> pane.key().startMillis()).containsExactly(NOON + 60_000, NOON + 120_000);
        assertThat(plan(batch(record(2, "a", List.of(reading("a", 1, 4, NOON + 1, 20))))).tally().late()).isEqualTo(1);
        assertThat(plan(batch(record(3, "a", List.of(reading("a", 1, 5, NOON + 60_001, 20))))).tally().late()).isZero();
    }

    @Test
    void aStateNeverTakesMoreThanItsLimits() {
        var random = new SplittableRandom(5);
        limits = new Limits(16, 2, 1_000);
        for (int number = 0; number < 300; number++) {
            List<Reading> readings = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                readings.add(reading("a", 1 + number / 100, 1 + random.nextInt(5_000), NOON + random.nextInt(900_000), random.nextDouble(80)));
            }
            commit(plan(batch(record(number, "a", readings))));
            int bytes = StateCodec.encode(states.get("a")).length;
            int panes = states.get("a").panes().size();
            assertThat(bytes).isLessThanOrEqualTo(1_000 + 2 * (30 + 16 * 20) + 128);
            assertThat(panes).isLessThanOrEqualTo(1_000 / StateCodec.paneBytesMax(ENVIRONMENT));
        }
        assertThat(states.get("a").progress().closedMillis()).as("some had to make room").isPositive();
    }

    @Test
    void aBoundThatIsLoweredTakesEffectWithTheNextPlan() {
        commit(plan(batch(record(1, "a", 1, 2, 2), record(2, "a", 2, 1, 1), record(3, "a", 3, 1, 1))));
        limits = new Limits(128, 2);

        Plan plan = plan(batch(record(4, "a", 1, 2, 2)));

        assertThat(plan.states().getFirst().ledgers()).containsOnlyKeys(2L, 3L);
        assertThat(plan.lost()).as("seq 1 of epoch 1").isEqualTo(1);
        assertThat(plan.rejected()).singleElement().satisfies(rejected -> assertThat(rejected.rejection().reason()).isEqualTo("epoch_forgotten"));
    }

    @Test
    void panesAreAsLongAsTheirTypeSays() {
        var half = new DeviceType("environment", "Environment", ENVIRONMENT.measures(), Duration.ofSeconds(30), ENVIRONMENT.allowedLateness(),
                ENVIRONMENT.maxAge(), ENVIRONMENT.maxSkew());
        states.put("a", ThingState.unseen("a"));
        Batch batch = batch(record(1, "a", List.of(reading("a", 1, 1, NOON, 20), reading("a", 1, 2, NOON + 30_000, 20))));

        Plan plan = Plan.of(batch.byThing(), states, Packs.CODEC, DeviceTypes.of(half), limits);

        assertThat(plan.rollups()).extracting(rollup -> rollup.pane().key()).containsExactly(
                new Pane.Key("environment", NOON, 30_000), new Pane.Key("environment", NOON + 30_000, 30_000));
        assertThat(plan.rollups().getFirst().pane().key().name()).isEqualTo("pane_30s");
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
