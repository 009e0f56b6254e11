package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Remembers, while a function is warm, the states that it has committed or loaded, so that the next batch of the same
/// shard reads none. That another worker may have gone on in between is no harm: the store's condition on the version
/// then refuses the commit, and what was remembered of that thing is forgotten.
///
/// Not for more than one thread at a time, as a function serves one invocation at a time.
public final class CachedStates implements States {
    private final States store;
    private final Map<String, ThingState> states;

    /// @param thingsMax how many states are remembered, at least 1; the least recently used one goes first
    public CachedStates(States store, int thingsMax) {
        this.store = requireNonNull(store, "store is null");
        if (thingsMax < 1) {
            throw new IllegalArgumentException("thingsMax must be at least 1: " + thingsMax);
        }
        this.states = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ThingState> eldest) {
                return size() > thingsMax;
            }
        };
    }

    @Override
    public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
        Map<String, ThingState> loaded = new HashMap<>(things.size() * 2);
        Set<String> unknown = new HashSet<>();
        for (String thing : things) {
            ThingState known = states.get(thing);
            if (known == null) {
                unknown.add(thing);
            } else {
                loaded.put(thing, known);
            }
        }
        if (!unknown.isEmpty()) {
            Map<String, ThingState> fresh = store.load(unknown);
            states.putAll(fresh);
            loaded.putAll(fresh);
        }
        return loaded;
    }

    @Override
    public Set<String> commit(Collection<ThingState> next) throws SinkUnavailable {
        // until it is known what was stored, nothing is known of these things
        next.forEach(state -> states.remove(state.thing()));
        Set<String> conflicts = store.commit(next);
        for (ThingState state : next) {
            if (!conflicts.contains(state.thing())) {
                states.put(state.thing(), state);
            }
        }
        return conflicts;
    }
}
