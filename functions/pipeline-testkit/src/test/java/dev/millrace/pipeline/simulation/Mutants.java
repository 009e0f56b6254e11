package dev.millrace.pipeline.simulation;

import static dev.millrace.pipeline.simulation.Mutant.inPipeline;
import static dev.millrace.pipeline.simulation.Mutant.inWiring;

import java.util.List;

/// The defects that the simulation must find.
final class Mutants {
    /// Tried in every build.
    static final List<Mutant> QUICK = List.of(
            inPipeline("states are committed before the sinks are written", "Pipeline",
                    "List<TimeSeries.Refused> refused =", "Map<String, String> open = states.commit(plan.states());\nList<TimeSeries.Refused> refused =")
                    .and("            Map<String, String> open = states.commit(plan.states());\n            if", "            if"),
            inPipeline("an interval's last seq is not in it", "Ledger", "seq > bounds[size - 1]", "seq >= bounds[size - 1]"),
            inPipeline("a pane closes at its end, without its lateness", "Draft",
                    "key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis", "key.endMillis() <= watermarkMillis"));

    /// Tried by the profile `mutants`.
    static final List<Mutant> MORE = List.of(
            inPipeline("a lost conditional put is ignored", "Pipeline", "if (!open.isEmpty()) {", "if (open.size() > 1_000) {"),
            inPipeline("a failed batch is delivered again from its last record", "Pipeline",
                    "new Fate.RetryFrom(batch.first().sequenceNumber(), e)", "new Fate.RetryFrom(batch.last().sequenceNumber(), e)"),
            inPipeline("after a lost put the batch is delivered again from its last record", "Pipeline",
                    "new Fate.RetryFrom(record.sequenceNumber(),", "new Fate.RetryFrom(batch.last().sequenceNumber(),"),
            inPipeline("a sink's failure is swallowed", "Pipeline", "return new Fate.RetryFrom(batch.first().sequenceNumber(), e);", "return new Fate.Settled();"),
            inPipeline("rejected records are not kept if others of the batch are good", "Pipeline",
                    "if (!rejected.isEmpty()) {", "if (!rejected.isEmpty() && plan.accepted().isEmpty()) {"),
            inPipeline("what the hot store refuses is forgotten", "Pipeline", "all.addAll(byRecord.values());", ""),
            inPipeline("a gap is swallowed", "Ledger", "seq == bounds[size - 1] + 1", "seq > bounds[size - 1]"),
            inPipeline("two intervals that touch stay two", "Ledger", "bounds[at] == seq + 1", "bounds[at] == seq + 2"),
            inPipeline("a closed gap counts one too many as lost", "Ledger", "lost += bounds[2] - bounds[1] - 1;", "lost += bounds[2] - bounds[1];"),
            inPipeline("a pane closes a millisecond late", "Draft", "toMillis() <= watermarkMillis", "toMillis() < watermarkMillis"),
            inPipeline("a late reading is put into its closed pane", "Draft",
                    "return key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis;", "return false;"),
            inPipeline("an implausible reading moves the watermark", "Draft", "return ledger.add(reading.id().seq());",
                    "watermarkMillis = Math.max(watermarkMillis, reading.takenAtMillis());\nreturn ledger.add(reading.id().seq());"),
            inPipeline("a plan changes the ledger that was loaded", "Draft", ".getValue().copy()", ".getValue()"),
            inPipeline("panes go by arrival, not by event time", "Plan", "draft.aggregate(reading, type)",
                    "draft.aggregate(new Reading(reading.id(), record.arrivedAtMillis(), reading.measures()), type)"),
            inPipeline("a rejected reading is not entered in the ledger", "Plan", "} else if (!draft.take(reading)) {",
                    "} else if (rejection.isEmpty() && !draft.take(reading)) {"),
            inPipeline("a duplicate is accepted", "Plan", "} else if (!draft.take(reading)) {", "} else if (!draft.take(reading) && reading == null) {"),
            inPipeline("epochs share a ledger", "Plan", "!draft.take(reading)",
                    "!draft.take(new Reading(new dev.millrace.events.ReadingId(reading.id().thing(), 1, reading.id().seq()), 1, reading.measures()))"),
            inPipeline("a forgotten epoch is taken for a new one", "Plan", "if (draft.hasForgotten(reading.id().epoch())) {", "if (record == null) {"),
            inPipeline("a pack may speak for another thing", "Inspection", "if (!pack.thing().equals(record.partitionKey())) {", "if (pack.thing().isEmpty()) {"),
            inPipeline("a clock may be ahead by any time", "Inspection", "if (-ageMillis > type.maxSkew().toMillis()) {", "if (ageMillis == Long.MAX_VALUE) {"),
            inPipeline("an object's key names the first record alone", "Batch",
                    "shard, first().sequenceNumber(), last().sequenceNumber()", "shard, first().sequenceNumber(), \"\""),
            inPipeline("a state comes back without what was lost", "StateCodec", "writeLong(out, ledger.lost());", "writeLong(out, 0);"),
            inWiring("records go to any shard, not to that of their key", "SimulatedStream",
                    "shardOf(hash(partitionKey))", "shardOf(world.chance().between(0, HASH_MAX))"),
            inWiring("the version of every rollup is the same", "HotStore", "written.readings() > stored.readings() ? written : stored", "stored"),
            inWiring("a rollup replaces whatever stands there", "HotStore", "written.readings() > stored.readings() ? written : stored", "written"),
            inWiring("states are put without a condition", "StateTable", "if (before.version() != state.version() - 1) {", "if (state.version() < 1) {"),
            inWiring("an environment plans with states that it remembers, whatever their version", "WarmStates",
                    "known != null && known.version() == stored.version()", "known != null"),
            inWiring("quarantine's key names the batch alone", "QuarantineBucket", "batch.name() + content", "batch.name()"));

    private Mutants() {
    }
}
