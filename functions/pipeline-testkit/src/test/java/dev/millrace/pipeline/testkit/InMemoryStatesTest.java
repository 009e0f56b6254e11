package dev.millrace.pipeline.testkit;

import dev.millrace.pipeline.States;

class InMemoryStatesTest extends StatesContract {
    private final States states = new InMemoryStates();

    @Override
    protected States states() {
        return states;
    }
}
