package dev.millrace.pipeline.simulation;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Compares a history that is over with the [Reference]. What it says of a thing with records that `ingest` gave up is
/// weaker, see [ThingAudit].
final class Audit {
    private final World world;
    private final Rules rules;
    private final Stores stores;
    private final SimulatedStream stream;
    private final boolean panesOfGivenUp;

    /// @param panesOfGivenUp whether the panes of things with given-up records are held to the reference, see [OpenDefectsTest]
    Audit(World world, Rules rules, Stores stores, SimulatedStream stream, boolean panesOfGivenUp) {
        this.world = world;
        this.rules = rules;
        this.stores = stores;
        this.stream = stream;
        this.panesOfGivenUp = panesOfGivenUp;
    }

    /// @param ingest  the mapping that feeds the hot store
    /// @param archive the mapping that feeds the lake
    void audit(Mapping ingest, Mapping archive) {
        Map<String, List<StreamRecord>> byThing = new LinkedHashMap<>();
        stream.arrived().forEach(record -> byThing.computeIfAbsent(record.partitionKey(), _ -> new ArrayList<>()).add(record));
        byThing.forEach((thing, arrived) -> {
            boolean wasGivenUp = arrived.stream().anyMatch(record -> ingest.givenUpNumbers().contains(record.sequenceNumber()));
            List<StreamRecord> taken = taken(thing, arrived, ingest.givenUpNumbers());
            var reference = new Reference(rules, world.weather().limits());
            taken.forEach(reference::deliver);
            ThingState state = stores.states().get(thing);
            auditLedgers(reference, state);
            auditCounts(reference, state);
            new ThingAudit(world, stores, reference, state, taken, wasGivenUp).audit(panesOfGivenUp);
        });
        auditLake(archive.givenUpNumbers());
    }

    /// The records of a thing in the order in which its state took them.
    private List<StreamRecord> taken(String thing, List<StreamRecord> arrived, Set<String> givenUp) {
        List<StreamRecord> taken = new ArrayList<>();
        Set<String> numbers = new HashSet<>();
        for (StateTable.Commit commit : stores.states().commits(thing)) {
            commit.records().stream().filter(record -> numbers.add(record.sequenceNumber())).forEach(taken::add);
        }
        List<StreamRecord> forgotten = arrived.stream()
                .filter(record -> !numbers.contains(record.sequenceNumber()) && !givenUp.contains(record.sequenceNumber())).toList();
        world.require(forgotten.isEmpty(), "every record is taken", "never taken: %s", numbers(forgotten));
        boolean wasGivenUp = arrived.stream().anyMatch(record -> givenUp.contains(record.sequenceNumber()));
        world.require(wasGivenUp || taken.equals(arrived), "order of a thing's records", "of %s arrived %s, were taken %s", thing, numbers(arrived), numbers(taken));
        return taken;
    }

    private static List<String> numbers(List<StreamRecord> records) {
        return records.stream().map(StreamRecord::sequenceNumber).toList();
    }

    private void auditLedgers(Reference reference, ThingState state) {
        world.require(state.ledgers().keySet().equals(reference.done().keySet()), "ledger", "epochs of %s are %s, expected %s",
                state.thing(), state.ledgers().keySet(), reference.done().keySet());
        reference.done().forEach((epoch, seqs) -> {
            Ledger ledger = state.ledgers().get(epoch);
            SortedSet<Long> lost = reference.lost(epoch);
            world.require(expand(ledger.intervals()).equals(seqs), "ledger", "%s/%d holds %s, expected %s", state.thing(), epoch, ledger, seqs);
            world.require(expand(ledger.missing()).equals(Reference.missing(seqs)), "ledger", "%s/%d misses %s, expected %s",
                    state.thing(), epoch, ledger.missing(), Reference.missing(seqs));
            world.require(ledger.lost() == lost.size() && ledger.taken() == seqs.size() - lost.size() && ledger.highest() == seqs.last(),
                    "ledger", "%s/%d: %s, expected lost %s of %s", state.thing(), epoch, ledger, lost, seqs);
        });
    }

    private static SortedSet<Long> expand(List<Ledger.Interval> intervals) {
        SortedSet<Long> seqs = new TreeSet<>();
        for (Ledger.Interval interval : intervals) {
            for (long seq = interval.first(); seq <= interval.last(); seq++) {
                seqs.add(seq);
            }
        }
        return seqs;
    }

    private void auditCounts(Reference reference, ThingState state) {
        world.require(state.tally().accepted() == reference.accepted().size(), "accepted count", "%s: %s, expected %d accepted",
                state.thing(), state.tally(), reference.accepted().size());
        world.require(state.tally().late() == reference.late(), "late count", "%s: %s, expected %d late", state.thing(), state.tally(), reference.late());
        world.require(state.progress().watermarkMillis() == reference.watermarkMillis(), "watermark", "%s: %s, expected %d",
                state.thing(), state.progress(), reference.watermarkMillis());
        world.require(state.forgotten() == reference.forgotten(), "forgotten count", "%s: %d, expected %d",
                state.thing(), state.forgotten(), reference.forgotten());
    }

    /// Every plausible reading of every record that the archive settled is there once, and nothing else; a record
    /// that it gave up may be there.
    private void auditLake(Set<String> givenUp) {
        Map<ReadingId, Reading> landed = stores.lake().compacted();
        Set<ReadingId> possible = new TreeSet<>();
        for (StreamRecord record : stream.arrived()) {
            for (Reading reading : rules.plausible(record)) {
                possible.add(reading.id());
                world.require(givenUp.contains(record.sequenceNumber()) || reading.equals(landed.get(reading.id())), "lake",
                        "%s is %s, expected %s", reading.id(), landed.get(reading.id()), reading);
            }
        }
        world.require(possible.containsAll(landed.keySet()), "lake", "holds %s, expected %s", landed.keySet(), possible);
    }
}
