package dev.millrace.pipeline.simulation;

import static dev.millrace.pipeline.simulation.Mutant.inPipeline;
import static dev.millrace.pipeline.simulation.Mutant.inWiring;

import java.util.List;

/// The defects that the simulation must find.
final class Mutants {
    /// Tried in every build.
    static final List<Mutant> QUICK = List.of(
            inPipeline("states are committed before the sinks are written", "Pipeline",
                    "Map<String, String> unsettled = store(batch, plan, deadline);",
                    "Map<String, String> early = commit(plan, deadline);\nMap<String, String> unsettled = store(batch, plan, deadline);")
                    .and("unsettled.putAll(commit(stored, deadline));", "unsettled.putAll(early);"),
            inPipeline("an interval's last seq is not in it", "Ledger", "seq > bounds[size - 1]", "seq >= bounds[size - 1]"),
            inPipeline("a pane closes at its end, without its lateness", "DraftPanes",
                    "key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis", "key.endMillis() <= watermarkMillis"));

    /// Tried by the profile `mutants`.
    static final List<Mutant> MORE = List.of(
            inPipeline("a lost conditional put is ignored", "Pipeline", "unsettled.putAll(commit(stored, deadline));", "commit(stored, deadline);"),
            inPipeline("a batch whose states could not be loaded is delivered again from its last record", "Pipeline",
                    "new Fate.RetryFrom(batch.first().sequenceNumber(), e.getMessage())", "new Fate.RetryFrom(batch.last().sequenceNumber(), e.getMessage())"),
            inPipeline("a batch that is not settled is delivered again from its last record", "Pipeline",
                    "new Fate.RetryFrom(record.sequenceNumber(),", "new Fate.RetryFrom(batch.last().sequenceNumber(),"),
            inPipeline("a batch that could not be loaded counts as settled", "Pipeline",
                    "return new Fate.RetryFrom(batch.first().sequenceNumber(), e.getMessage());", "return new Fate.Settled();"),
            inPipeline("what the hot store could not store is committed all the same", "Pipeline",
                    "outcome -> unsettled.putAll(outcome.unsettled())", "outcome -> { }"),
            inPipeline("a hot store that was not done in time counts as done", "Pipeline",
                    "accepted.forEach(one -> unsettled.put(one.reading().id().thing(), stored.problem()));", "")
                    .and("rollups.forEach(one -> unsettled.put(one.thing(), stored.problem()));", ""),
            inPipeline("a quarantine that failed or was not done in time counts as done", "Pipeline",
                    "if (outcome.value().isEmpty()) {", "if (outcome.value().isEmpty() && outcome.problem().isEmpty()) {"),
            inPipeline("states that were not put in time count as committed", "Pipeline", "return unknown;",
                    "return Map.of();"),
            inPipeline("metrics tell of things that were not committed", "Pipeline", "settled.accept(committed);", "settled.accept(plan);"),
            inPipeline("rejected records are not kept if others of the batch are good", "Pipeline",
                    "List<RejectedRecord> rejected = plan.rejected();", "List<RejectedRecord> rejected = accepted.isEmpty() ? plan.rejected() : List.of();"),
            inPipeline("what the hot store refuses is forgotten", "Pipeline", "return new ArrayList<>(byRecord.values());", "return new ArrayList<>();"),
            inPipeline("a gap is swallowed", "Ledger", "seq == bounds[size - 1] + 1", "seq > bounds[size - 1]"),
            inPipeline("two intervals that touch stay two", "Ledger", "bounds[at] == seq + 1", "bounds[at] == seq + 2"),
            inPipeline("a closed gap counts one too many as lost", "Ledger", "lost += bounds[2] - bounds[1] - 1;", "lost += bounds[2] - bounds[1];"),
            inPipeline("a pane closes a millisecond late", "DraftPanes", "toMillis() <= watermarkMillis", "toMillis() < watermarkMillis"),
            inPipeline("a late reading is put into its closed pane", "DraftPanes",
                    "return key.endMillis() <= closedMillis || key.endMillis() + type.allowedLateness().toMillis() <= watermarkMillis;", "return false;"),
            inPipeline("a pane closed by a sweep or to make room takes readings again", "DraftPanes",
                    "return key.endMillis() <= closedMillis || ", "return "),
            inPipeline("a sweep closes the panes of a thing that is not silent", "DraftPanes",
                    "!open.isEmpty() && atMillis >= idleFromMillis(open)", "!open.isEmpty()"),
            inPipeline("a sweep closes a millisecond early", "DraftPanes", "atMillis >= idleFromMillis(open)", "atMillis >= idleFromMillis(open) - 1"),
            inPipeline("a sweep counts as a sign of life", "Draft", "case Inspection.Swept() -> panes.sweep(record.arrivedAtMillis());",
                    "case Inspection.Swept() -> { panes.arrived(record.arrivedAtMillis()); panes.sweep(record.arrivedAtMillis()); }"),
            inPipeline("a sweep counts as a reading", "Draft", "case Inspection.Swept() -> panes.sweep(record.arrivedAtMillis());",
                    "case Inspection.Swept() -> { received++; duplicate++; panes.sweep(record.arrivedAtMillis()); }"),
            inPipeline("a rejected record is no sign of life", "Draft",
                    "reject(new RejectedRecord(record, rejection, 0, List.of()));\n                panes.arrived(record.arrivedAtMillis());",
                    "reject(new RejectedRecord(record, rejection, 0, List.of()));"),
            inPipeline("no pane makes room", "DraftPanes", "if (bytes > limits.panesBytesMax()) {", "if (bytes < 0) {"),
            inPipeline("one pane too few makes room", "DraftPanes", "bytes <= limits.panesBytesMax() && one", "bytes <= limits.panesBytesMax() + 300 && one"),
            inPipeline("panes that have closed meanwhile still take room", "DraftPanes",
                    "type.isPresent() && !isClosed(key, type.get())", "type.isPresent() && key.endMillis() > closedMillis"),
            inPipeline("all panes are a minute long", "Pane", "long lengthMillis = type.pane().toMillis();", "long lengthMillis = 60_000;"),
            inPipeline("an implausible reading is counted in its pane", "Draft", "if (rejection.isPresent()) {", "if (rejection.isPresent() && panes.add(reading, type)) {\n}\nif (rejection.isPresent()) {"),
            inPipeline("a plan changes the ledger that was loaded", "DraftLedgers", ".getValue().copy()", ".getValue()"),
            inPipeline("panes go by arrival, not by event time", "Draft", "!panes.add(reading, type)",
                    "!panes.add(new Reading(reading.id(), record.arrivedAtMillis(), reading.measures()), type)"),
            inPipeline("a rejected reading is not entered in the ledger", "Draft", "} else if (!ledgers.take(reading.id())) {",
                    "} else if (rejection.isEmpty() && !ledgers.take(reading.id())) {"),
            inPipeline("a duplicate is accepted", "Draft", "} else if (!ledgers.take(reading.id())) {", "} else if (!ledgers.take(reading.id()) && reading == null) {"),
            inPipeline("epochs share a ledger", "Draft", "!ledgers.take(reading.id())",
                    "!ledgers.take(new dev.millrace.events.ReadingId(reading.id().thing(), 1, reading.id().seq()))"),
            inPipeline("a forgotten epoch is taken for a new one", "Draft", "if (ledgers.hasForgotten(reading.id().epoch())) {", "if (record == null) {"),
            inPipeline("a pack may speak for another thing", "Inspector", "if (!pack.thing().equals(record.partitionKey())) {", "if (pack.thing().isEmpty()) {"),
            inPipeline("a clock may be ahead by any time", "Inspector", "if (-ageMillis > type.maxSkew().toMillis()) {", "if (ageMillis == Long.MAX_VALUE) {"),
            inPipeline("an object's key names the first record alone", "Batch",
                    "shard, first().sequenceNumber(), last().sequenceNumber()", "shard, first().sequenceNumber(), \"\""),
            inPipeline("a state comes back without what was lost", "StateCodec", "out.writeLong(ledger.lost());", "out.writeLong(0);"),
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
