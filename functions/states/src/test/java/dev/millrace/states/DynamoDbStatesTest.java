package dev.millrace.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import dev.millrace.pipeline.testkit.StatesContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;

class DynamoDbStatesTest extends StatesContract {
    private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
    private final List<Long> pauses = Collections.synchronizedList(new ArrayList<>());
    private final States states = states(1);

    @Override
    protected States states() {
        return states;
    }

    @Test
    void anInsertWhoseAnswerWasLostIsNoConflictWithItself() {
        dynamoDb.loseNextAnswer();

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18)))).isEmpty();
    }

    @Test
    void anUpdateWhoseAnswerWasLostIsNoConflictWithItself() {
        states.commit(List.of(state("a", 1, 17)));
        dynamoDb.loseNextAnswer();

        assertThat(states.commit(List.of(state("a", 2, 18)))).isEmpty();
    }

    @Test
    void anotherWorkersItemOfTheSameVersionIsAConflict() {
        states(2).commit(List.of(state("a", 1, 17)));
        assertThat(states.commit(List.of(state("a", 1, 99)))).containsOnlyKeys("a")
                .hasEntrySatisfying("a", why -> assertThat(why).contains("another worker was there: version 1 stands, 1 was to be stored"));

        states(2).commit(List.of(state("a", 2, 18)));
        assertThat(states.commit(List.of(state("a", 2, 99)))).containsOnlyKeys("a");
    }

    @Test
    void anInsertThatCannotBeComparedWithWhatStandsThereIsNotTakenForStored() {
        states.commit(List.of(state("a", 1, 17)));
        dynamoDb.leaveKeysUnprocessed();

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18)))).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @EnumSource(names = {"THROTTLING_ERROR", "PROVISIONED_THROUGHPUT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED", "INTERNAL_SERVER_ERROR", "TRANSACTION_CONFLICT"})
    void onlyTheStatementsThatMayGoWellLaterAreRepeated(BatchStatementErrorCodeEnum code) throws Exception {
        dynamoDb.refuse("b", code, 2);
        dynamoDb.refuse("c", code, 1);

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18), state("c", 1, 19)))).isEmpty();

        assertThat(dynamoDb.statementsOfCalls()).containsExactly(3, 2, 1);
        assertThat(pauses).hasSize(2);
        assertThat(states(2).load(Set.of("b"))).containsEntry("b", state("b", 1, 18));
    }

    @Test
    void whatIsThrottledToTheEndIsNamedAndTheOthersAreDurable() throws Exception {
        dynamoDb.refuse("b", BatchStatementErrorCodeEnum.THROTTLING_ERROR, 100);

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18)))).containsOnlyKeys("b")
                .hasEntrySatisfying("b", why -> assertThat(why).contains("states", "ThrottlingError"));

        assertThat(dynamoDb.statementsOfCalls()).hasSize(Backoff.TRIES_MAX);
        for (int i = 0; i < pauses.size(); i++) {
            assertThat(pauses.get(i)).isBetween(0L, 25L << i);
        }
        assertThat(states(2).load(Set.of("a"))).containsEntry("a", state("a", 1, 17));
    }

    @ParameterizedTest
    @EnumSource(names = {"VALIDATION_ERROR", "ACCESS_DENIED", "RESOURCE_NOT_FOUND", "ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED", "UNKNOWN_TO_SDK_VERSION"})
    void whatCannotGoWellIsNotRepeated(BatchStatementErrorCodeEnum code) {
        dynamoDb.refuse("b", code, 1);

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18)))).containsOnlyKeys("b");

        assertThat(dynamoDb.statementsOfCalls()).hasSize(1);
    }

    @Test
    void ifTheCallFailsNothingIsKnownToBeStored() {
        dynamoDb.goDown();

        assertThat(states.commit(List.of(state("a", 1, 17), state("b", 1, 18)))).containsOnlyKeys("a", "b")
                .hasEntrySatisfying("a", why -> assertThat(why).contains("table states", "no route to host"));
    }

    @Test
    void manyStatesAreCommittedTwentyFiveACall() {
        List<ThingState> many = IntStream.range(0, 60).mapToObj(i -> state("thing-" + i, 1, i)).toList();

        assertThat(states.commit(many)).isEmpty();

        assertThat(dynamoDb.statementsOfCalls()).containsExactlyInAnyOrder(25, 25, 10);
    }

    @Test
    void nothingToCommitIsNoCall() {
        assertThat(states.commit(List.of())).isEmpty();
        assertThat(dynamoDb.statementsOfCalls()).isEmpty();
    }

    @Test
    void keysThatStayUnprocessedFailTheLoad() {
        dynamoDb.leaveKeysUnprocessed();

        assertThatExceptionOfType(SinkUnavailable.class).isThrownBy(() -> states.load(Set.of("a", "b"))).withMessageContaining("2 of 2 states");
        assertThat(pauses).hasSize(Backoff.TRIES_MAX - 1);
    }

    @Test
    void aStateThatAnotherWorkerChangedIsNotTakenFromMemory() throws Exception {
        states.commit(List.of(state("a", 1, -1)));
        states(2).commit(List.of(state("a", 2, 17)));

        assertThat(states.load(Set.of("a"))).containsEntry("a", state("a", 2, 17));
    }

    /// After a release was taken back, say: planning from an empty state would count everything again.
    @Test
    void aStateOfANewerReleaseFailsTheLoadAndStays() {
        byte[] newer = StateCodec.encode(state("a", 4, 17));
        newer[0]++;
        dynamoDb.plant("a", 4, newer);

        assertThatExceptionOfType(SinkUnavailable.class).isThrownBy(() -> states.load(Set.of("a", "b"))).withMessageContaining("state of a has format 3");
        assertThat(dynamoDb.body("a")).isEqualTo(newer);
        assertThat(dynamoDb.statementsOfCalls()).isEmpty();
    }

    private States states(long seed) {
        return new DynamoDbStates(new DynamoDbItems(dynamoDb, "states"), Limits.DEFAULT, new SplittableRandom(seed), pauses::add);
    }

    private static ThingState state(String thing, long version, long watermarkMillis) {
        return new ThingState(thing, version, new TreeMap<>(), List.of(), new Progress(watermarkMillis, 0, -1, 0), Tally.ZERO, 0);
    }

    @Test
    void aScanCanTellFromWhenOnAThingIsIdleAndThatItHasNoOpenPane() {
        states.commit(List.of(new ThingState("a", 1, new TreeMap<>(), List.of(), new Progress(17, 0, 18, 600_018), Tally.ZERO, 0)));
        assertThat(dynamoDb.item("a")).containsEntry("idle_from", AttributeValue.fromN("600018"));

        states.commit(List.of(new ThingState("a", 2, new TreeMap<>(), List.of(), new Progress(17, 60_000, 18, 0), Tally.ZERO, 0)));
        assertThat(dynamoDb.item("a")).doesNotContainKey("idle_from").containsEntry("version", AttributeValue.fromN("2"));

        states.commit(List.of(new ThingState("a", 3, new TreeMap<>(), List.of(), new Progress(17, 60_000, 19, 600_019), Tally.ZERO, 0)));
        assertThat(dynamoDb.item("a")).containsEntry("idle_from", AttributeValue.fromN("600019"));
    }
}
