package dev.millrace.pipeline.testkit;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// States as a table would keep them: encoded, under a version.
public final class InMemoryStates implements States {
    private record Item(long version, byte[] body) {
    }

    private final Map<String, Item> items = new HashMap<>();

    @Override
    public Map<String, ThingState> load(Set<String> things) {
        Map<String, ThingState> states = new HashMap<>();
        for (String thing : things) {
            Item item = items.get(thing);
            states.put(thing, item == null ? ThingState.unseen(thing) : StateCodec.decode(thing, item.version, item.body, Limits.DEFAULT));
        }
        return states;
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        Map<String, String> open = new HashMap<>();
        for (ThingState state : states) {
            Item stored = items.get(state.thing());
            long before = stored == null ? 0 : stored.version;
            if (before == state.version() - 1) {
                items.put(state.thing(), new Item(state.version(), StateCodec.encode(state)));
            } else {
                open.put(state.thing(), "another worker was there: version %d stands, %d was to be stored".formatted(before, state.version()));
            }
        }
        return open;
    }
}
