package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pure decision on a batch: what becomes of each reading, and what is to be written where.
///
/// @param accepted    counted for the first time, in the order of the records
/// @param rejected    by record and reason, in the order of the records
/// @param rollups     the panes that changed
/// @param states      the next state of every thing in the batch
/// @param tally       of this batch; accepted + duplicate + rejected = received
/// @param received    readings that came, counted apart from the decision
/// @param lost        readings given up as lost by this batch, because a bound of a state was passed
public record Plan(List<Accepted> accepted, List<RejectedRecord> rejected, List<Rollup> rollups, List<ThingState> states,
        Tally tally, long received, long lost) {

    public Plan {
        accepted = List.copyOf(accepted);
        rejected = List.copyOf(rejected);
        rollups = List.copyOf(rollups);
        states = List.copyOf(states);
        if (tally.received() != received || tally.accepted() != accepted.size()) {
            throw new IllegalStateException("%d received, but %s".formatted(received, tally));
        }
    }

    /// Decides.
    ///
    /// @param states the last committed state of every partition key in the batch
    public static Plan of(Batch batch, Map<String, ThingState> states, PackCodec codec, DeviceTypes types, Limits limits) {
        var deciding = new Deciding(states, types, limits);
        for (StreamRecord record : batch.records()) {
            deciding.decide(record, Inspection.of(record, codec, types));
        }
        return deciding.plan();
    }

    /// The plan while it grows.
    private static final class Deciding {
        private final Map<String, ThingState> states;
        private final DeviceTypes types;
        private final Limits limits;
        private final Map<String, Draft> drafts = new LinkedHashMap<>();
        private final List<Accepted> accepted = new ArrayList<>();
        private final List<RejectedRecord> rejected = new ArrayList<>();
        private long received;

        Deciding(Map<String, ThingState> states, DeviceTypes types, Limits limits) {
            this.states = states;
            this.types = types;
            this.limits = limits;
        }

        void decide(StreamRecord record, Inspection inspection) {
            Draft draft = drafts.computeIfAbsent(record.partitionKey(), this::draft);
            switch (inspection) {
                case Inspection.Refused(Rejection rejection) -> {
                    received++;
                    reject(new RejectedRecord(record, rejection, 0, List.of()), draft);
                }
                case Inspection.Legible(DeviceType type, List<Inspection.Inspected> readings) -> {
                    received += readings.size();
                    decide(record, type, readings, draft);
                }
            }
        }

        private Draft draft(String thing) {
            ThingState state = states.get(thing);
            if (state == null) {
                throw new IllegalArgumentException("no state was loaded for thing " + thing);
            }
            return new Draft(state, limits);
        }

        private void decide(StreamRecord record, DeviceType type, List<Inspection.Inspected> readings, Draft draft) {
            Map<String, RejectedRecord> byReason = Map.of();
            for (Inspection.Inspected inspected : readings) {
                Reading reading = inspected.reading();
                Optional<Rejection> rejection = inspected.rejection();
                if (draft.hasForgotten(reading.id().epoch())) {
                    rejection = Optional.of(new Rejection.EpochForgotten(reading.id().epoch(), draft.oldestEpoch()));
                } else if (!draft.take(reading)) {
                    draft.countDuplicate();
                    continue;
                }
                if (rejection.isPresent()) {
                    byReason = byReason.isEmpty() ? new LinkedHashMap<>() : byReason;
                    byReason.merge(rejection.get().reason(), rejectedReading(record, rejection.get(), reading), RejectedRecord::join);
                } else {
                    boolean late = !draft.aggregate(reading, type);
                    accepted.add(new Accepted(reading, type, record, late));
                    draft.countAccepted(late);
                }
            }
            byReason.values().forEach(some -> reject(some, draft));
        }

        private static RejectedRecord rejectedReading(StreamRecord record, Rejection rejection, Reading reading) {
            return new RejectedRecord(record, rejection, reading.id().epoch(), List.of(reading.id().seq()));
        }

        private void reject(RejectedRecord record, Draft draft) {
            rejected.add(record);
            draft.countRejected(record.received());
        }

        Plan plan() {
            List<Rollup> rollups = new ArrayList<>();
            List<ThingState> next = new ArrayList<>(drafts.size());
            List<ThingState> before = new ArrayList<>(drafts.size());
            Tally tally = Tally.ZERO;
            for (Map.Entry<String, Draft> draft : drafts.entrySet()) {
                Draft.Outcome outcome = draft.getValue().outcome(types);
                rollups.addAll(outcome.rollups());
                next.add(outcome.state());
                before.add(states.get(draft.getKey()));
                tally = tally.plus(draft.getValue().tally());
            }
            long lost = lost(next) - lost(before);
            return new Plan(accepted, rejected, rollups, next, tally, received, lost);
        }

        private static long lost(Collection<ThingState> states) {
            return states.stream().mapToLong(ThingState::lost).sum();
        }
    }
}
