package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A thing's plan while it grows. Everything is decided reading by reading in the order of the records, so the outcome
/// does not depend on how the shard was cut into batches.
final class Draft {
    private final ThingState before;
    private final DraftLedgers ledgers;
    private final DraftPanes panes;
    private final List<Accepted> acceptedReadings = new ArrayList<>();
    private final List<RejectedRecord> rejectedRecords = new ArrayList<>();
    private long received;
    private long duplicate;
    private long rejected;
    private long late;

    Draft(ThingState before, DeviceTypes types, Limits limits) {
        this.before = before;
        this.ledgers = new DraftLedgers(before, limits);
        this.panes = new DraftPanes(before, types, limits);
    }

    void decide(StreamRecord record, Inspection inspection) {
        switch (inspection) {
            case Inspection.Refused(Rejection rejection) -> {
                received++;
                reject(new RejectedRecord(record, rejection, 0, List.of()));
                panes.arrived(record.arrivedAtMillis());
            }
            case Inspection.Legible(DeviceType type, List<Inspection.Inspected> readings) -> {
                received += readings.size();
                decide(record, type, readings);
                panes.arrived(record.arrivedAtMillis());
            }
            case Inspection.Swept() -> panes.sweep(record.arrivedAtMillis());
        }
    }

    private void decide(StreamRecord record, DeviceType type, List<Inspection.Inspected> readings) {
        Map<String, RejectedRecord> byReason = Map.of();
        for (Inspection.Inspected inspected : readings) {
            Reading reading = inspected.reading();
            Optional<Rejection> rejection = inspected.rejection();
            if (ledgers.hasForgotten(reading.id().epoch())) {
                rejection = Optional.of(new Rejection.EpochForgotten(reading.id().epoch(), ledgers.oldestEpoch()));
            } else if (!ledgers.take(reading.id())) {
                duplicate++;
                continue;
            }
            if (rejection.isPresent()) {
                byReason = byReason.isEmpty() ? new LinkedHashMap<>() : byReason;
                byReason.merge(rejection.get().reason(), rejectedReading(record, rejection.get(), reading), RejectedRecord::join);
            } else {
                boolean isLate = !panes.add(reading, type);
                late += isLate ? 1 : 0;
                acceptedReadings.add(new Accepted(reading, type, record, isLate));
            }
        }
        byReason.values().forEach(this::reject);
    }

    private static RejectedRecord rejectedReading(StreamRecord record, Rejection rejection, Reading reading) {
        return new RejectedRecord(record, rejection, reading.id().epoch(), List.of(reading.id().seq()));
    }

    private void reject(RejectedRecord record) {
        rejectedRecords.add(record);
        rejected += record.received();
    }

    /// What became of the thing's readings, once all are decided.
    ThingPlan plan() {
        var tally = new Tally(acceptedReadings.size(), duplicate, rejected, late);
        DraftPanes.Outcome outcome = panes.outcome();
        var state = new ThingState(before.thing(), before.version() + 1, ledgers.result(), outcome.open(), outcome.progress(),
                before.tally().plus(tally), ledgers.forgotten());
        return new ThingPlan(state, acceptedReadings, rejectedRecords, outcome.rollups(), tally, received, state.lost() - before.lost());
    }
}
