package dev.millrace.pipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.pipeline.CachedStates;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CachedStatesTest extends StatesContract {
    private final Counting store = new Counting();
    private final States cached = new CachedStates(store, 100);

    @Override
    protected States states() {
        return cached;
    }

    private static ThingState state(String thing, long version) {
        return new ThingState(thing, version, new TreeMap<>(), List.of(), -1, Tally.ZERO, 0);
    }

    @Test
    void whatWasCommittedOrLoadedIsNotLoadedAgain() throws Exception {
        cached.commit(List.of(state("a", 1)));
        cached.load(Set.of("a", "b"));

        assertThat(cached.load(Set.of("a", "b"))).containsEntry("a", state("a", 1)).containsEntry("b", ThingState.unseen("b"));

        assertThat(store.loaded).isEqualTo(1);
    }

    @Test
    void aStateThatAnotherWorkerChangedIsForgotten() throws Exception {
        cached.commit(List.of(state("a", 1)));
        store.commit(List.of(state("a", 2)));

        assertThat(cached.commit(List.of(state("a", 2)))).containsExactly("a");

        assertThat(cached.load(Set.of("a"))).containsEntry("a", state("a", 2));
        assertThat(store.loaded).isEqualTo(1);
    }

    @Test
    void aCommitOfWhichNothingIsKnownLeavesNothingRemembered() throws Exception {
        cached.commit(List.of(state("a", 1)));
        store.isDown = true;
        assertThatExceptionOfType(SinkUnavailable.class).isThrownBy(() -> cached.commit(List.of(state("a", 2))));
        store.isDown = false;

        assertThat(cached.load(Set.of("a"))).containsEntry("a", state("a", 2));
    }

    @Test
    void theLeastRecentlyUsedStateGoesFirst() throws Exception {
        var small = new CachedStates(store, 2);
        small.load(Set.of("a"));
        small.load(Set.of("b"));
        small.load(Set.of("a"));
        small.load(Set.of("c"));
        small.load(Set.of("a"));
        assertThat(store.loaded).isEqualTo(3);

        small.load(Set.of("b"));

        assertThat(store.loaded).isEqualTo(4);
    }

    /// Stores, and then may say that it is not known whether it did.
    private static final class Counting implements States {
        private final InMemoryStates target = new InMemoryStates();
        private int loaded;
        private boolean isDown;

        @Override
        public Map<String, ThingState> load(Set<String> things) {
            loaded += things.size();
            return target.load(things);
        }

        @Override
        public Set<String> commit(Collection<ThingState> states) throws SinkUnavailable {
            Set<String> conflicts = target.commit(states);
            if (isDown) {
                throw new SinkUnavailable("answer lost", null);
            }
            return conflicts;
        }
    }
}
