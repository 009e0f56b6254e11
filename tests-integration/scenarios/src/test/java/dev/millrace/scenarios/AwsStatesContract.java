package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import dev.millrace.pipeline.testkit.StatesContract;
import dev.millrace.states.DynamoDbStates;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The contract of states, held by the adapter of DynamoDB against a table that is not a fake.
abstract class AwsStatesContract extends StatesContract {
    /// With an output `StatesTable`.
    abstract Stage stage() throws Exception;

    @Override
    protected States states() {
        try {
            Stage stage = stage();
            return new DynamoDbStates(stage.clients().dynamoDb(), stage.deployed().output("StatesTable"), Limits.DEFAULT, new SplittableRandom(1));
        } catch (Exception e) {
            throw new IllegalStateException("there is no table", e);
        }
    }

    /// As the client does when an answer is lost.
    @Test
    void aStateThatIsPutAgainIsNoConflictWithItself() {
        String thing = UUID.randomUUID().toString();
        var first = new ThingState(thing, 1, new TreeMap<>(), List.of(), new Progress(17, 0, 17, 0), Tally.ZERO, 0);
        var second = new ThingState(thing, 2, new TreeMap<>(), List.of(), new Progress(18, 0, 18, 0), Tally.ZERO, 0);

        assertThat(states().commit(List.of(first))).isEmpty();
        assertThat(states().commit(List.of(first))).isEmpty();
        assertThat(states().commit(List.of(second))).isEmpty();
        assertThat(states().commit(List.of(second))).isEmpty();
        assertThat(states().commit(List.of(first))).containsOnlyKeys(thing);
    }
}
