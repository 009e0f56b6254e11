package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// States as an execution environment has them that remembers what it decoded. Each is read all the same, and a
/// remembered one is used only if its version is the stored one: a plan from a stale state would write its sinks before
/// the conditional put refuses it.
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
        table.load(things).forEach((thing, stored) -> states.put(thing, known(stored)));
        return states;
    }

    private ThingState known(ThingState stored) {
        ThingState known = warm.get(stored.thing());
        return known != null && known.version() == stored.version() ? known : stored;
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        Map<String, String> open = table.commit(states);
        states.stream().filter(state -> !open.containsKey(state.thing())).forEach(state -> warm.put(state.thing(), state));
        return open;
    }
}
