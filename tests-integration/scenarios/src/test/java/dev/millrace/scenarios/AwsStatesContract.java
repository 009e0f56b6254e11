package dev.millrace.scenarios;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.testkit.StatesContract;
import dev.millrace.states.DynamoDbStates;
import java.util.SplittableRandom;

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
}
