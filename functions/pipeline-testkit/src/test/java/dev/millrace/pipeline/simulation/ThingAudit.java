package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the sinks hold of one thing, against its reference.
///
/// If `ingest` gave up some of its records, they come again as new records, after others that followed them. A plan
/// that wrote its sinks and was then given up leaves rows that the later course of things would not have made, so for
/// such a thing the sinks may hold more than the reference: everything expected must be there, but what else is there
/// is not looked at.
record ThingAudit(World world, Stores stores, Reference reference, ThingState state, List<StreamRecord> taken, boolean wasGivenUp) {
    private static final Comparator<double[]> EARLIEST_THEN_SMALLEST = Comparator.<double[]>comparingDouble(at -> at[0]).thenComparingDouble(at -> at[1]);

    void audit(boolean panesOfGivenUp) {
        Set<ReadingId> refused = new HashSet<>();
        auditQuarantine(refused);
        auditRows(refused);
        auditPanes(!wasGivenUp || panesOfGivenUp);
    }

    /// Each rejection of the reference is kept with its bytes. Beyond them only two kinds may be there: what the hot
    /// store refused, and readings of a forgotten epoch that came again.
    private void auditQuarantine(Set<ReadingId> refused) {
        Map<String, StreamRecord> records = new HashMap<>();
        taken.forEach(record -> records.put(record.sequenceNumber(), record));
        Set<Reference.Rejected> expected = new HashSet<>(reference.rejected());
        Set<Reference.Rejected> kept = new HashSet<>();
        stores.quarantine().entries().filter(entry -> entry.record().partitionKey().equals(state.thing())).forEach(entry -> {
            StreamRecord record = records.get(entry.record().sequenceNumber());
            world.require(record == null ? wasGivenUp : record.equals(entry.record()) && !entry.rejection().detail().isEmpty(),
                    "quarantine", "%s is not as it came: %s", entry, record);
            var rejected = new Reference.Rejected(entry.record().sequenceNumber(), entry.rejection().reason(), entry.epoch(), entry.seqs());
            kept.add(rejected);
            world.require(wasGivenUp || expected.contains(rejected) || isExplained(entry, refused), "quarantine", "%s was not to be rejected", entry);
        });
        Set<Reference.Rejected> absent = new HashSet<>(expected);
        absent.removeAll(kept);
        world.require(absent.isEmpty(), "quarantine", "of %s is not there: %s", state.thing(), absent);
    }

    private boolean isExplained(RejectedRecord entry, Set<ReadingId> refused) {
        if (entry.rejection().reason().equals("epoch_forgotten")) {
            return !reference.done().containsKey(entry.epoch());
        }
        entry.seqs().forEach(seq -> refused.add(new ReadingId(state.thing(), entry.epoch(), seq)));
        return entry.rejection().reason().equals("refused_by_hot_store");
    }

    /// Every accepted reading has its row, and nothing else has one; what was outside the hot store's window of time
    /// may have been refused.
    private void auditRows(Set<ReadingId> refused) {
        Map<ReadingId, Reading> rows = new TreeMap<>(stores.hotStore().readings());
        rows.keySet().removeIf(id -> !id.thing().equals(state.thing()));
        reference.accepted().forEach((id, reading) -> {
            boolean mayBeRefused = !stores.hotStore().isInWindow(reading.takenAtMillis());
            world.require(mayBeRefused ? rows.containsKey(id) || refused.contains(id) || wasGivenUp : reading.equals(rows.get(id)) && !refused.contains(id),
                    "hot store", "row of %s is %s, expected %s", id, rows.get(id), reading);
        });
        Set<ReadingId> more = new HashSet<>(rows.keySet());
        more.addAll(refused);
        more.removeAll(reference.accepted().keySet());
        world.require(wasGivenUp || more.isEmpty(), "hot store", "nobody accepted %s", more);
    }

    /// The final value of every pane is that of its readings that were not late; what the state holds open is the same.
    private void auditPanes(boolean strict) {
        Map<Pane.Key, Pane> stored = stores.hotStore().panes(state.thing());
        Map<Pane.Key, List<Reading>> expected = new TreeMap<>();
        reference.spans().forEach((span, readings) -> expected.put(key(span), readings));
        expected.forEach((key, readings) -> {
            Pane pane = stored.get(key);
            if (stores.hotStore().isInWindow(key.startMillis())) {
                world.require(pane != null && pane.readings() >= readings.size(), "rollup", "%s of %s is %s, expected %s", key, state.thing(), pane, readings);
                if (strict) {
                    auditPane(pane, readings);
                }
            }
        });
        state.panes().forEach(pane -> auditPane(pane, expected.getOrDefault(pane.key(), List.of())));
        Set<Pane.Key> open = state.panes().stream().map(Pane::key).collect(Collectors.toSet());
        Set<Pane.Key> openExpected = reference.open().stream().map(ThingAudit::key).collect(Collectors.toSet());
        world.require(open.equals(openExpected), "open panes", "of %s are %s, expected %s", state.thing(), open, openExpected);
        world.require(!strict || expected.keySet().containsAll(stored.keySet()),
                "rollup", "of %s are %s, expected %s", state.thing(), stored.keySet(), expected.keySet());
    }

    private static Pane.Key key(Reference.Span span) {
        return new Pane.Key(span.type().name(), span.startMillis(), span.type().pane().toMillis());
    }

    private void auditPane(Pane pane, List<Reading> readings) {
        world.require(pane.readings() == readings.size(), "rollup", "%s of %s, expected %s", pane, state.thing(), readings);
        DeviceType type = FleetSimulation.TYPES.require(pane.key().type());
        for (DeviceType.Measure measure : type.measures()) {
            List<double[]> values = readings.stream().filter(reading -> reading.measures().containsKey(measure.name()))
                    .map(reading -> new double[] {reading.takenAtMillis(), reading.measures().get(measure.name())}).sorted(EARLIEST_THEN_SMALLEST).toList();
            Aggregate aggregate = pane.measures().get(measure.name());
            world.require(values.isEmpty() ? aggregate == null : aggregate != null && holds(aggregate, values),
                    "rollup", "%s of %s, expected %s", pane, state.thing(), readings);
        }
        world.require(pane.measures().keySet().stream().allMatch(name -> type.measure(name).isPresent()), "rollup", "unknown measure in %s", pane);
    }

    /// @param values instants and values, ascending
    private static boolean holds(Aggregate aggregate, List<double[]> values) {
        return aggregate.count() == values.size()
                && aggregate.sum() == values.stream().mapToDouble(at -> at[1]).sum()
                && aggregate.min() == values.stream().mapToDouble(at -> at[1]).min().orElseThrow()
                && aggregate.max() == values.stream().mapToDouble(at -> at[1]).max().orElseThrow()
                && aggregate.firstAtMillis() == (long) values.getFirst()[0] && aggregate.first() == values.getFirst()[1]
                && aggregate.lastAtMillis() == (long) values.getLast()[0] && aggregate.last() == values.getLast()[1];
    }
}
