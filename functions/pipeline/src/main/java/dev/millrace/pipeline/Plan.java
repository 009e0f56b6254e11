package dev.millrace.pipeline;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The pure decision on a batch: what becomes of each reading, and what is to be written where. Things have nothing to do
/// with each other, so it is a plan for each.
///
/// @param things in the order of their first records
public record Plan(List<ThingPlan> things) {
    public Plan {
        things = List.copyOf(things);
    }

    /// Decides.
    ///
    /// @param records of each thing, in their order
    /// @param states  the last committed state of every thing
    public static Plan of(Map<String, List<StreamRecord>> records, Map<String, ThingState> states, PackCodec codec, DeviceTypes types, Limits limits) {
        var inspector = new Inspector(codec, types);
        List<ThingPlan> plans = new ArrayList<>(records.size());
        records.forEach((thing, some) -> {
            ThingState state = states.get(thing);
            if (state == null) {
                throw new IllegalArgumentException("no state was loaded for thing " + thing);
            }
            var draft = new Draft(state, types, limits);
            for (StreamRecord record : some) {
                draft.decide(record, inspector.inspect(record));
            }
            plans.add(draft.plan());
        });
        return new Plan(plans);
    }

    /// The part of all things but these.
    public Plan without(Set<String> some) {
        return some.isEmpty() ? this : new Plan(things.stream().filter(thing -> !some.contains(thing.state().thing())).toList());
    }

    /// Counted for the first time.
    public List<Accepted> accepted() {
        return all(ThingPlan::accepted);
    }

    /// By record and reason.
    public List<RejectedRecord> rejected() {
        return all(ThingPlan::rejected);
    }

    /// The panes that changed.
    public List<Rollup> rollups() {
        return all(ThingPlan::rollups);
    }

    /// The next state of every thing.
    public List<ThingState> states() {
        return things.stream().map(ThingPlan::state).toList();
    }

    private <T> List<T> all(Function<ThingPlan, List<T>> part) {
        List<T> all = new ArrayList<>();
        things.forEach(thing -> all.addAll(part.apply(thing)));
        return all;
    }

    /// Of this batch; accepted + duplicate + rejected = received.
    public Tally tally() {
        return things.stream().map(ThingPlan::tally).reduce(Tally.ZERO, Tally::plus);
    }

    /// Readings that came.
    public long received() {
        return things.stream().mapToLong(ThingPlan::received).sum();
    }

    /// Readings given up as lost by this batch.
    public long lost() {
        return things.stream().mapToLong(ThingPlan::lost).sum();
    }
}
