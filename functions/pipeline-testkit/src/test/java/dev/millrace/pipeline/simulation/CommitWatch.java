package dev.millrace.pipeline.simulation;

import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What must hold at every commit, whatever comes after.
final class CommitWatch implements StateTable.Watcher {
    private final World world;
    private final Rules rules;
    private final HotStore hotStore;
    private final QuarantineBucket quarantine;
    private final Map<String, Set<ReadingId>> plausible = new HashMap<>();

    CommitWatch(World world, Rules rules, HotStore hotStore, QuarantineBucket quarantine) {
        this.world = world;
        this.rules = rules;
        this.hotStore = hotStore;
        this.quarantine = quarantine;
    }

    /// A record is in the stream from now on.
    void arrived(StreamRecord record) {
        Set<ReadingId> ids = plausible.computeIfAbsent(record.partitionKey(), _ -> new HashSet<>());
        rules.plausible(record).forEach(reading -> ids.add(reading.id()));
    }

    @Override
    public void committed(StateTable.Commit commit) {
        ThingState after = commit.after();
        long received = commit.records().stream().mapToLong(record -> rules.contentOf(record).size()).sum();
        world.require(after.tally().received() - commit.before().tally().received() == received, "tally of a commit",
                "%s brought %d readings, tally went from %s to %s", commit.batch().name(), received, commit.before().tally(), after.tally());
        world.require(after.tally().accepted() <= plausible.getOrDefault(after.thing(), Set.of()).size(), "accepted so far",
                "%s counted %s, but only %s came", after.thing(), after.tally(), plausible.get(after.thing()));
        Set<ReadingId> resting = new HashSet<>();
        quarantine.entries().forEach(entry -> ids(entry).forEach(resting::add));
        after.ledgers().forEach((epoch, ledger) -> {
            long nowhere = 0;
            for (Ledger.Interval interval : ledger.intervals()) {
                for (long seq = interval.first(); seq <= interval.last(); seq++) {
                    var id = new ReadingId(after.thing(), epoch, seq);
                    nowhere += hotStore.readings().containsKey(id) || resting.contains(id) ? 0 : 1;
                }
            }
            world.require(nowhere <= ledger.lost(), "nothing is marked before it is durable", "%d readings of %s/%d %s are in no sink",
                    nowhere, after.thing(), epoch, ledger);
        });
    }

    private static Stream<ReadingId> ids(RejectedRecord entry) {
        return entry.seqs().stream().map(seq -> new ReadingId(entry.record().partitionKey(), entry.epoch(), seq));
    }
}
