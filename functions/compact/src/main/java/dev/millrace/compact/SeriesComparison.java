package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.compact.Replay.HotStore;
import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.TimeSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/// Holds what a replay makes against the hot store, some thousand at once, and mends its readings. Panes are mended from
/// the table: here is found out which.
///
/// Whether a reading was late is not compared: it depends on what the hot path had seen before. Nor is what stands in the
/// hot store beyond what was replayed: it may have arrived at another time.
final class SeriesComparison {
    private static final int AT_ONCE = 10_000;
    /// Panes add in the order of arrival or of time: the sums may differ in their last place, see [Aggregate].
    private static final double ULPS = 4;

    private final HotStore hotStore;
    private final DeviceType type;
    private final boolean isMending;
    private final ReplayOutcome.Tally tally;
    private final SortedMap<ReadingId, Replayed> readings = new TreeMap<>();
    private final SortedMap<PaneName, ReplayedPane> panes = new TreeMap<>();
    private final SortedMap<String, Ledger> wrongPanes = new TreeMap<>();

    private record Replayed(Reading reading, long arrivedAtMillis) {
    }

    private record ReplayedPane(Pane pane, boolean isAllReplayed) {
    }

    private record PaneName(String thing, long startMillis) implements Comparable<PaneName> {
        @Override
        public int compareTo(PaneName other) {
            int byThing = thing.compareTo(other.thing);
            return byThing != 0 ? byThing : Long.compare(startMillis, other.startMillis);
        }
    }

    SeriesComparison(HotStore hotStore, DeviceType type, boolean isMending, ReplayOutcome.Tally tally) {
        this.hotStore = requireNonNull(hotStore, "hotStore is null");
        this.type = requireNonNull(type, "type is null");
        this.isMending = isMending;
        this.tally = requireNonNull(tally, "tally is null");
    }

    void reading(Reading reading, long arrivedAtMillis) {
        readings.put(reading.id(), new Replayed(reading, arrivedAtMillis));
        if (readings.size() >= AT_ONCE) {
            compareReadings();
        }
    }

    /// @param isAllReplayed whether all that can be in the pane was replayed; else the table may have lost some of it
    void pane(String thing, Pane pane, boolean isAllReplayed) {
        panes.put(new PaneName(thing, pane.key().startMillis()), new ReplayedPane(pane, isAllReplayed));
        if (panes.size() >= AT_ONCE) {
            comparePanes();
        }
    }

    /// Compares what is left.
    ///
    /// @return the panes that are wrong, by thing and number
    SortedMap<String, Ledger> finish() {
        compareReadings();
        comparePanes();
        SortedMap<String, Ledger> wrong = new TreeMap<>(wrongPanes);
        wrongPanes.clear();
        return wrong;
    }

    private void compareReadings() {
        if (readings.isEmpty()) {
            return;
        }
        List<Replayed> wrong = new ArrayList<>();
        long first = times(Math::min);
        long last = times(Math::max);
        // a row's time is the reading's and a part of a millisecond
        var span = new StoredSeries.Span(readings.firstKey().thing(), readings.lastKey().thing(), first, last + 1);
        SortedMap<ReadingId, Replayed> missing = new TreeMap<>(readings);
        hotStore.stored().readings(type, span, stored -> {
            Replayed replayed = missing.remove(stored.id());
            if (replayed == null) {
                return;
            }
            if (replayed.reading.takenAtMillis() == stored.takenAtMillis() && known(replayed.reading).equals(stored.measures())) {
                tally.same(Store.HOT_STORE);
            } else {
                wrong.add(replayed);
                tally.found(difference(Kind.DIFFERENT, replayed.reading, stored.measures().toString()));
            }
        });
        missing.values().forEach(replayed -> {
            wrong.add(replayed);
            tally.found(difference(Kind.MISSING, replayed.reading, ""));
        });
        readings.clear();
        if (isMending && !wrong.isEmpty()) {
            mend(wrong);
        }
    }

    private long times(LongBinaryOperator which) {
        return readings.values().stream().mapToLong(one -> one.reading.takenAtMillis()).reduce(which).orElseThrow();
    }

    private SortedMap<String, Double> known(Reading reading) {
        SortedMap<String, Double> known = new TreeMap<>(reading.measures());
        known.keySet().removeIf(name -> type.indexOf(name) < 0);
        return known;
    }

    private Difference difference(Kind kind, Reading reading, String stored) {
        return new Difference(Store.HOT_STORE, kind, reading.id().thing(), Instant.ofEpochMilli(reading.takenAtMillis()), ReplayPass.name(reading.id()),
                known(reading).toString(), stored);
    }

    private void mend(List<Replayed> wrong) {
        List<Accepted> anew = wrong.stream().map(one -> new Accepted(one.reading, type,
                new StreamRecord("0", one.reading.id().thing(), one.arrivedAtMillis, new byte[0]), isLate(one))).toList();
        TimeSeries.Stored stored = hotStore.mending().store(anew, List.of());
        stored.refused().forEach(refused -> tally.problem("hot store refuses %s %s: %s".formatted(refused.reading().reading().id().thing(),
                ReplayPass.name(refused.reading().reading().id()), refused.why())));
        stored.unsettled().forEach((thing, why) -> tally.problem("hot store did not take readings of %s: %s".formatted(thing, why)));
        tally.mended(Store.HOT_STORE, anew.stream().filter(one -> !stored.unsettled().containsKey(one.reading().id().thing())).count() - stored.refused().size());
    }

    /// What the hot path would have said of a thing whose clock is right.
    private boolean isLate(Replayed one) {
        long paneMillis = type.pane().toMillis();
        return one.arrivedAtMillis >= (one.reading.takenAtMillis() / paneMillis + 1) * paneMillis + type.allowedLateness().toMillis();
    }

    private void comparePanes() {
        if (panes.isEmpty()) {
            return;
        }
        long first = panes.keySet().stream().mapToLong(PaneName::startMillis).min().orElseThrow();
        long last = panes.keySet().stream().mapToLong(PaneName::startMillis).max().orElseThrow();
        var span = new StoredSeries.Span(panes.firstKey().thing(), panes.lastKey().thing(), first, last + 1);
        SortedMap<PaneName, ReplayedPane> missing = new TreeMap<>(panes);
        hotStore.stored().panes(type, span, stored -> {
            var name = new PaneName(stored.thing(), stored.pane().key().startMillis());
            ReplayedPane replayed = missing.remove(name);
            if (replayed == null) {
                return;
            }
            if (isSame(replayed.pane, stored.pane())) {
                tally.same(Store.PANES);
            } else if (stored.pane().readings() > replayed.pane.readings() && !replayed.isAllReplayed) {
                tally.found(difference(Kind.FEWER, name, replayed.pane, inWords(stored.pane())));
            } else {
                wrong(name).found(difference(Kind.DIFFERENT, name, replayed.pane, inWords(stored.pane())));
            }
        });
        missing.forEach((name, replayed) -> wrong(name).found(difference(Kind.MISSING, name, replayed.pane, "")));
        panes.clear();
    }

    private ReplayOutcome.Tally wrong(PaneName name) {
        wrongPanes.computeIfAbsent(name.thing, _ -> LakeState.emptyLedger()).add(LakeState.paneNumber(name.startMillis, type.pane().toMillis()));
        return tally;
    }

    private static Difference difference(Kind kind, PaneName name, Pane replayed, String stored) {
        return new Difference(Store.PANES, kind, name.thing, Instant.ofEpochMilli(name.startMillis), replayed.key().name(), inWords(replayed), stored);
    }

    private static String inWords(Pane pane) {
        var words = new StringBuilder("%d readings".formatted(pane.readings()));
        pane.measures().forEach((name, aggregate) -> words.append("; %s: count %d, sum %s, sum of squares %s, min %s, max %s, first %s, last %s".formatted(name,
                aggregate.count(), aggregate.sum(), aggregate.squares(), aggregate.min(), aggregate.max(), aggregate.first(), aggregate.last())));
        return words.toString();
    }

    private static boolean isSame(Pane a, Pane b) {
        if (a.readings() != b.readings() || !a.measures().keySet().equals(b.measures().keySet())) {
            return false;
        }
        for (Map.Entry<String, Aggregate> measure : a.measures().entrySet()) {
            Aggregate one = measure.getValue();
            Aggregate other = b.measures().get(measure.getKey());
            if (one.count() != other.count() || one.min() != other.min() || one.max() != other.max() || one.first() != other.first() || one.last() != other.last()
                    || !isNear(one.sum(), other.sum()) || !isNear(one.squares(), other.squares())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNear(double a, double b) {
        return Math.abs(a - b) <= ULPS * Math.ulp(Math.max(Math.abs(a), Math.abs(b)));
    }
}
