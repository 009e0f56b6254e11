package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What becomes of one thing's readings in a batch.
///
/// @param state    to commit
/// @param accepted counted for the first time, in the order of the records
/// @param rejected by record and reason, in the order of the records
/// @param rollups  the panes that changed
/// @param tally    of this batch; accepted + duplicate + rejected = received
/// @param received readings that came, counted apart from the decision
/// @param lost     readings given up as lost by this batch, because a bound of the state was passed
public record ThingPlan(ThingState state, List<Accepted> accepted, List<RejectedRecord> rejected, List<Rollup> rollups, Tally tally,
        long received, long lost) {
    public ThingPlan {
        requireNonNull(state, "state is null");
        accepted = List.copyOf(accepted);
        rejected = List.copyOf(rejected);
        rollups = List.copyOf(rollups);
        if (tally.received() != received || tally.accepted() != accepted.size()) {
            throw new IllegalStateException("%s: %d received, but %s".formatted(state.thing(), received, tally));
        }
    }
}
