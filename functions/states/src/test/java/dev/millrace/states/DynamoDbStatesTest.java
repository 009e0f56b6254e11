package dev.millrace.states;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import dev.millrace.pipeline.testkit.StatesContract;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbStatesTest extends StatesContract {
    private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
    private final States states = new DynamoDbStates(dynamoDb, "states", Limits.DEFAULT, new SplittableRandom(1));

    @Override
    protected States states() {
        return states;
    }

    @Test
    void aPutWhoseAnswerWasLostIsNoConflictWithItself() throws Exception {
        dynamoDb.loseNextAnswer();

        assertThat(states.commit(List.of(new ThingState("a", 1, new TreeMap<>(), List.of(), Progress.NONE, Tally.ZERO, 0)))).isEmpty();
    }

    @Test
    void aStateThatAnotherWorkerChangedIsNotTakenFromMemory() throws Exception {
        states.commit(List.of(new ThingState("a", 1, new TreeMap<>(), List.of(), Progress.NONE, Tally.ZERO, 0)));
        var changed = new ThingState("a", 2, new TreeMap<>(), List.of(), new Progress(17, 0, 18, 0), Tally.ZERO, 0);
        new DynamoDbStates(dynamoDb, "states", Limits.DEFAULT, new SplittableRandom(2)).commit(List.of(changed));

        assertThat(states.load(Set.of("a"))).containsEntry("a", changed);
    }

    @Test
    void aScanCanTellFromWhenOnAThingIsIdleAndThatItHasNoOpenPane() {
        states.commit(List.of(new ThingState("a", 1, new TreeMap<>(), List.of(), new Progress(17, 0, 18, 600_018), Tally.ZERO, 0)));
        assertThat(dynamoDb.item("a")).containsEntry("idle_from", AttributeValue.fromN("600018"));

        states.commit(List.of(new ThingState("a", 2, new TreeMap<>(), List.of(), new Progress(17, 60_000, 18, 0), Tally.ZERO, 0)));
        assertThat(dynamoDb.item("a")).doesNotContainKey("idle_from").containsEntry("version", AttributeValue.fromN("2"));
    }
}
