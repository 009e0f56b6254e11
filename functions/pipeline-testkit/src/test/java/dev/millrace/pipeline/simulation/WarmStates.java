package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// States that a warm execution environment remembers between its invocations. The conditional put is its guard: a
/// stale one is found out at commit, and forgotten.
final class WarmStates implements States {
    private final Map<String, ThingState> warm;
    private final States table;

    /// @param warm the environment's memory
    WarmStates(Map<String, ThingState> warm, States table) {
        this.warm = warm;
        this.table = table;
    }

    @Override
    public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
        Map<String, ThingState> states = new LinkedHashMap<>();
        Set<String> cold = new TreeSet<>();
        for (String thing : things) {
            if (warm.containsKey(thing)) {
                states.put(thing, warm.get(thing));
            } else {
                cold.add(thing);
            }
        }
        if (!cold.isEmpty()) {
            states.putAll(table.load(cold));
        }
        return states;
    }

    @Override
    public Set<String> commit(Collection<ThingState> states) throws SinkUnavailable {
        List<ThingState> all = new ArrayList<>(states);
        // forgotten before the put: if its answer is lost, nobody knows what the table holds
        all.forEach(state -> warm.remove(state.thing()));
        Set<String> conflicts = table.commit(all);
        all.stream().filter(state -> !conflicts.contains(state.thing())).forEach(state -> warm.put(state.thing(), state));
        return conflicts;
    }
}
