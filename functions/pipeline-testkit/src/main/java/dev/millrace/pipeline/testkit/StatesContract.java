package dev.millrace.pipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every state store must do.
public abstract class StatesContract {
    /// Names that no other run of this contract on the same store has used.
    private final String prefix = UUID.randomUUID().toString();

    /// The store under test.
    protected abstract States states();

    @Test
    void aThingNeverSeenIsUnseen() throws Exception {
        assertThat(states().load(Set.of(thing(1)))).containsExactly(Map.entry(thing(1), ThingState.unseen(thing(1))));
    }

    @Test
    void whatWasCommittedIsLoaded() throws Exception {
        assertThat(states().commit(List.of(state(1, 1, 17)))).isEmpty();

        assertThat(states().load(Set.of(thing(1), thing(2)))).containsEntry(thing(1), state(1, 1, 17)).containsEntry(thing(2), ThingState.unseen(thing(2)));
    }

    @Test
    void theNextVersionReplaces() throws Exception {
        states().commit(List.of(state(1, 1, 17)));

        assertThat(states().commit(List.of(state(1, 2, 18)))).isEmpty();

        assertThat(states().load(Set.of(thing(1)))).containsEntry(thing(1), state(1, 2, 18));
    }

    @Test
    void aStateThatAnotherWorkerHasChangedIsNotReplaced() throws Exception {
        states().commit(List.of(state(1, 1, 17)));

        assertThat(states().commit(List.of(state(1, 1, 99), state(2, 1, 5)))).containsOnlyKeys(thing(1));

        assertThat(states().load(Set.of(thing(1), thing(2)))).containsEntry(thing(1), state(1, 1, 17)).containsEntry(thing(2), state(2, 1, 5));
    }

    @Test
    void aVersionIsNotSkipped() throws Exception {
        assertThat(states().commit(List.of(state(1, 2, 17)))).containsOnlyKeys(thing(1));
        assertThat(states().load(Set.of(thing(1)))).containsEntry(thing(1), ThingState.unseen(thing(1)));
    }

    @Test
    void moreThingsThanOneCallTakesAreAllLoaded() throws Exception {
        List<ThingState> many = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 230; i++) {
            many.add(state(i, 1, i + 1));
            names.add(thing(i));
        }
        assertThat(states().commit(many)).isEmpty();

        assertThat(states().load(names).values()).containsExactlyInAnyOrderElementsOf(many);
    }

    private String thing(int number) {
        return prefix + "-" + number;
    }

    private ThingState state(int number, long version, long taken) {
        Ledger ledger = Ledger.of(128, List.of(new Ledger.Interval(1, taken)), 0);
        return new ThingState(thing(number), version, new TreeMap<>(Map.of(1L, ledger)), List.of(), 1_000, new Tally(taken, 0, 0, 0), 0);
    }
}
