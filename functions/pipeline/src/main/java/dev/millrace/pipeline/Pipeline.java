package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The order of work for a batch. Nothing is marked as done before it is durable: sinks first, states last. Each thing
/// settles for itself: where a sink fails for some of them, the states of the others are committed, and the batch is
/// delivered again from the first record of one that is not.
public final class Pipeline {
    /// Of the time that is left, what is kept for committing states after the sinks.
    private static final long COMMIT_MILLIS = 3_000;
    /// Of the time that is left, what is kept for the answer after committing.
    private static final long ANSWER_MILLIS = 500;

    private final PackCodec codec;
    private final DeviceTypes types;
    private final Limits limits;
    private final States states;
    private final TimeSeries timeSeries;
    private final Quarantine quarantine;
    private final SideBySide sideBySide;
    private final Consumer<Plan> settled;

    /// @param settled told of the part of every plan whose states were committed, for metrics
    public Pipeline(PackCodec codec, DeviceTypes types, Limits limits, States states, TimeSeries timeSeries, Quarantine quarantine,
            SideBySide sideBySide, Consumer<Plan> settled) {
        this.codec = requireNonNull(codec, "codec is null");
        this.types = requireNonNull(types, "types is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.states = requireNonNull(states, "states is null");
        this.timeSeries = requireNonNull(timeSeries, "timeSeries is null");
        this.quarantine = requireNonNull(quarantine, "quarantine is null");
        this.sideBySide = requireNonNull(sideBySide, "sideBySide is null");
        this.settled = requireNonNull(settled, "settled is null");
    }

    /// Counts every reading of the batch once, or says from where to deliver again.
    public Fate process(Batch batch, Deadline deadline) {
        Map<String, List<StreamRecord>> records = batch.byThing();
        Map<String, ThingState> known;
        try {
            known = states.load(records.keySet());
        } catch (SinkUnavailable e) {
            return new Fate.RetryFrom(batch.first().sequenceNumber(), e.getMessage());
        }
        Plan plan = Plan.of(records, known, codec, types, limits);
        Map<String, String> unsettled = store(batch, plan, deadline);
        Plan stored = plan.without(unsettled.keySet());
        unsettled.putAll(commit(stored, deadline));
        Plan committed = stored.without(unsettled.keySet());
        if (!committed.things().isEmpty()) {
            settled.accept(committed);
        }
        return unsettled.isEmpty() ? new Fate.Settled() : retryFrom(batch, unsettled);
    }

    /// Writes the sinks.
    ///
    /// @return the things of which something is not known to be durable, and why
    private Map<String, String> store(Batch batch, Plan plan, Deadline deadline) {
        List<Accepted> accepted = plan.accepted();
        List<Rollup> rollups = plan.rollups();
        List<RejectedRecord> rejected = plan.rejected();
        var hotStore = new Effort<>("hot store", () -> timeSeries.store(accepted, rollups));
        Effort<Boolean> kept = keeping(batch, rejected);
        run(rejected.isEmpty() ? List.of(hotStore) : List.of(hotStore, kept), deadline, COMMIT_MILLIS);

        Map<String, String> unsettled = new HashMap<>();
        Effort.Outcome<TimeSeries.Stored> stored = hotStore.outcome();
        stored.value().ifPresentOrElse(outcome -> unsettled.putAll(outcome.unsettled()), () -> {
            accepted.forEach(one -> unsettled.put(one.reading().id().thing(), stored.problem()));
            rollups.forEach(one -> unsettled.put(one.thing(), stored.problem()));
        });
        unsettled.putAll(unkept(rejected, kept));
        stored.value().ifPresent(outcome -> {
            List<RejectedRecord> refused = refused(outcome.refused());
            Effort<Boolean> refusedKept = keeping(batch, refused);
            if (!refused.isEmpty()) {
                run(List.of(refusedKept), deadline, COMMIT_MILLIS);
                unsettled.putAll(unkept(refused, refusedKept));
            }
        });
        return unsettled;
    }

    private Effort<Boolean> keeping(Batch batch, List<RejectedRecord> rejected) {
        return new Effort<>("quarantine", () -> {
            quarantine.keep(batch, rejected);
            return true;
        });
    }

    private static Map<String, String> unkept(List<RejectedRecord> rejected, Effort<Boolean> kept) {
        Map<String, String> unkept = new HashMap<>();
        Effort.Outcome<Boolean> outcome = kept.outcome();
        if (outcome.value().isEmpty()) {
            rejected.forEach(one -> unkept.put(one.record().partitionKey(), outcome.problem()));
        }
        return unkept;
    }

    /// What the hot store refuses for good is in the lake all the same; quarantine says so, and the shard moves on.
    private static List<RejectedRecord> refused(List<TimeSeries.Refused> refused) {
        Map<String, RejectedRecord> byRecord = new LinkedHashMap<>();
        for (TimeSeries.Refused one : refused) {
            Accepted accepted = one.reading();
            var alone = new RejectedRecord(accepted.record(), new Rejection.RefusedByHotStore(one.why()),
                    accepted.reading().id().epoch(), List.of(accepted.reading().id().seq()));
            byRecord.merge(accepted.record().sequenceNumber(), alone, RejectedRecord::join);
        }
        return new ArrayList<>(byRecord.values());
    }

    private Map<String, String> commit(Plan stored, Deadline deadline) {
        if (stored.things().isEmpty()) {
            return Map.of();
        }
        List<ThingState> next = stored.states();
        var commit = new Effort<>("states", () -> states.commit(next));
        run(List.of(commit), deadline, ANSWER_MILLIS);
        Effort.Outcome<Map<String, String>> outcome = commit.outcome();
        return outcome.value().orElseGet(() -> {
            Map<String, String> unknown = new HashMap<>();
            next.forEach(state -> unknown.put(state.thing(), outcome.problem()));
            return unknown;
        });
    }

    private void run(List<? extends Runnable> efforts, Deadline deadline, long keptMillis) {
        sideBySide.run(efforts, Math.max(0, deadline.remainingMillis() - keptMillis));
    }

    /// The records before the first one of an unsettled thing are settled: their things were committed.
    private static Fate retryFrom(Batch batch, Map<String, String> unsettled) {
        for (StreamRecord record : batch.records()) {
            String why = unsettled.get(record.partitionKey());
            if (why != null) {
                return new Fate.RetryFrom(record.sequenceNumber(), "%d things are not settled, the first is %s: %s"
                        .formatted(unsettled.size(), record.partitionKey(), why));
            }
        }
        throw new IllegalStateException("not settled, but not in the batch: " + unsettled);
    }
}
