package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The order of work for a batch. Nothing is marked as done before it is durable: sinks first, states last.
public final class Pipeline {
    private final PackCodec codec;
    private final DeviceTypes types;
    private final Limits limits;
    private final States states;
    private final TimeSeries timeSeries;
    private final Quarantine quarantine;
    private final Consumer<Plan> settled;

    /// @param settled told of every plan whose states were all committed, for metrics
    public Pipeline(PackCodec codec, DeviceTypes types, Limits limits, States states, TimeSeries timeSeries, Quarantine quarantine,
            Consumer<Plan> settled) {
        this.codec = requireNonNull(codec, "codec is null");
        this.types = requireNonNull(types, "types is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.states = requireNonNull(states, "states is null");
        this.timeSeries = requireNonNull(timeSeries, "timeSeries is null");
        this.quarantine = requireNonNull(quarantine, "quarantine is null");
        this.settled = requireNonNull(settled, "settled is null");
    }

    /// Counts every reading of the batch once, or says from where to deliver again.
    public Fate process(Batch batch) {
        try {
            Set<String> things = new LinkedHashSet<>();
            batch.records().forEach(record -> things.add(record.partitionKey()));
            Plan plan = Plan.of(batch, states.load(things), codec, types, limits);

            List<TimeSeries.Refused> refused = timeSeries.store(plan.accepted(), plan.rollups());
            List<RejectedRecord> rejected = withRefused(plan.rejected(), refused);
            if (!rejected.isEmpty()) {
                quarantine.keep(batch, rejected);
            }
            Map<String, String> open = states.commit(plan.states());
            if (!open.isEmpty()) {
                return retryFrom(batch, open);
            }
            settled.accept(plan);
            return new Fate.Settled();
        } catch (SinkUnavailable e) {
            return new Fate.RetryFrom(batch.first().sequenceNumber(), e);
        }
    }

    /// What the hot store refuses for good is in the lake all the same; quarantine says so, and the shard moves on.
    private static List<RejectedRecord> withRefused(List<RejectedRecord> rejected, List<TimeSeries.Refused> refused) {
        Map<String, RejectedRecord> byRecord = new LinkedHashMap<>();
        for (TimeSeries.Refused one : refused) {
            Accepted accepted = one.reading();
            var alone = new RejectedRecord(accepted.record(), new Rejection.RefusedByHotStore(one.why()),
                    accepted.reading().id().epoch(), List.of(accepted.reading().id().seq()));
            byRecord.merge(accepted.record().sequenceNumber(), alone, RejectedRecord::join);
        }
        List<RejectedRecord> all = new ArrayList<>(rejected);
        all.addAll(byRecord.values());
        return all;
    }

    /// Some of the things may not be committed. The records before their first one are settled: their things were.
    private static Fate retryFrom(Batch batch, Map<String, String> open) {
        for (StreamRecord record : batch.records()) {
            if (open.containsKey(record.partitionKey())) {
                return new Fate.RetryFrom(record.sequenceNumber(), new IllegalStateException("states not committed: " + open));
            }
        }
        throw new IllegalStateException("states not committed of things that are not in the batch: " + open);
    }
}
