package dev.millrace.cli;

import dev.millrace.cli.Findings.Quarantined;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.ThingState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Holds the ground truth against what the stores say, reading by reading. Pure.
///
/// @param lines    by thing
/// @param problems everything that is not as it must be, in words, with the reading's identity; empty if all is well
public record Audit(SortedMap<String, Line> lines, List<String> problems) {
    /// The account of one thing.
    ///
    /// @param taken       readings that the device took
    /// @param gone        of these went with its disk before they were sent
    /// @param accepted    counted once, by its ledger's tally
    /// @param duplicate   deliveries of readings that were counted before
    /// @param quarantined its readings in quarantine
    /// @param rejected    its messages in quarantine that are no readings of its own
    /// @param hot         its readings in the hot store
    /// @param lake        its readings in the lake
    /// @param repeats     rows in the lake beyond the first of a reading, which compaction will remove
    /// @param missing     taken, but neither accepted nor quarantined
    public record Line(long taken, long gone, long accepted, long duplicate, long quarantined, long rejected, long hot, long lake, long repeats, long missing) {
        static final Line ZERO = new Line(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Line plus(Line o) {
            return new Line(taken + o.taken, gone + o.gone, accepted + o.accepted, duplicate + o.duplicate, quarantined + o.quarantined, rejected + o.rejected,
                    hot + o.hot, lake + o.lake, repeats + o.repeats, missing + o.missing);
        }
    }

    /// All things together.
    public Line total() {
        return lines.values().stream().reduce(Line.ZERO, Line::plus);
    }

    /// Whether nothing is missing, doubled, changed or unknown.
    public boolean isExactlyOnce() {
        return problems.isEmpty();
    }

    /// The same with more problems.
    Audit with(List<String> moreProblems) {
        List<String> all = new ArrayList<>(problems);
        all.addAll(moreProblems);
        return new Audit(lines, all);
    }

    /// Compares. A reading that went with a disk must be everywhere or nowhere.
    ///
    /// @throws SQLException if a store cannot be read
    public static Audit of(GroundTruth truth, Findings findings) throws SQLException {
        return new Comparison(truth, findings).run();
    }

    /// What is wrong with the rows of a store that must hold every plausible reading once, unchanged, and no other.
    ///
    /// @param truth without what is gone
    static List<String> rowProblems(GroundTruth truth, String store, Findings.Rows rows) throws SQLException {
        List<String> problems = new ArrayList<>();
        compareRows(truth, store, rows, false, problems);
        return problems;
    }

    /// @return how often each reading is there
    private static Map<ReadingId, Integer> compareRows(GroundTruth truth, String store, Findings.Rows rows, boolean mayRepeat, List<String> problems)
            throws SQLException {
        Map<ReadingId, Integer> times = new HashMap<>();
        rows.forEach(row -> {
            GroundTruth.Taken taken = truth.readings().get(row.id());
            if (times.merge(row.id(), 1, Integer::sum) == 2 && !mayRepeat) {
                problems.add("doubled: %s is more than once in the %s".formatted(row.id(), store));
            }
            if (taken == null || !taken.isPlausible()) {
                problems.add("unknown: %s is in the %s, but %s".formatted(row.id(), store, taken == null ? "no device took it" : "it is not plausible"));
            } else if (row.takenAtMillis() != taken.takenAtMillis() || !row.measures().equals(taken.measures())) {
                problems.add("changed: %s in the %s is %d %s, taken was %d %s".formatted(
                        row.id(), store, row.takenAtMillis(), row.measures(), taken.takenAtMillis(), taken.measures()));
            }
        });
        truth.readings().forEach((id, taken) -> {
            if (taken.isPlausible() && !times.containsKey(id)) {
                problems.add("missing: %s is not in the %s".formatted(id, store));
            }
        });
        return times;
    }

    /// The readings that went with a device's disk and never came.
    static Set<ReadingId> gone(GroundTruth truth, Findings findings) {
        Set<ReadingId> quarantined = quarantinedReadings(findings);
        return truth.unsure().stream().filter(id -> !isInLedger(findings, id) && !quarantined.contains(id)).collect(Collectors.toSet());
    }

    private static boolean isInLedger(Findings findings, ReadingId id) {
        ThingState state = findings.states().get(id.thing());
        Ledger ledger = state == null ? null : state.ledgers().get(id.epoch());
        return ledger != null && ledger.contains(id.seq());
    }

    private static Set<ReadingId> quarantinedReadings(Findings findings) {
        return findings.quarantined().stream().flatMap(entry -> entry.seqs().stream().map(seq -> new ReadingId(entry.thing(), entry.epoch(), seq)))
                .collect(Collectors.toSet());
    }

    private static final class Comparison {
        /// Without what is gone.
        private final GroundTruth truth;
        private final Set<ReadingId> gone;
        private final Findings findings;
        private final Map<String, Long> plausible = new HashMap<>();
        private final List<String> problems = new ArrayList<>();
        private final SortedMap<String, Line> lines = new TreeMap<>();

        Comparison(GroundTruth truth, Findings findings) {
            this.gone = gone(truth, findings);
            this.truth = truth.without(gone);
            this.findings = findings;
        }

        Audit run() throws SQLException {
            Map<ReadingId, Integer> hot = compareRows(truth, "hot store", findings.hot(), false, problems);
            Map<ReadingId, Integer> lake = compareRows(truth, "lake", findings.lake(), true, problems);
            Set<ReadingId> quarantined = compareQuarantine();
            truth.readings().forEach((id, taken) -> {
                boolean isThere = taken.isPlausible() ? isInLedger(findings, id) : quarantined.contains(id);
                plausible.merge(id.thing(), taken.isPlausible() ? 1L : 0L, Long::sum);
                if (!isThere) {
                    problems.add("missing: %s, %s".formatted(id, taken.isPlausible() ? "not in its ledger" : "not in quarantine"));
                }
                add(id.thing(), new Line(1, 0, 0, 0, quarantined.contains(id) ? 1 : 0, 0,
                        hot.containsKey(id) ? 1 : 0, lake.containsKey(id) ? 1 : 0, Math.max(0, lake.getOrDefault(id, 0) - 1), isThere ? 0 : 1));
            });
            gone.forEach(id -> add(id.thing(), new Line(1, 1, 0, 0, 0, 0, 0, 0, 0, 0)));
            findings.states().values().forEach(this::compareState);
            return new Audit(lines, problems);
        }

        private void add(String thing, Line more) {
            lines.merge(thing, more, Line::plus);
        }

        /// @return the readings in quarantine
        private Set<ReadingId> compareQuarantine() {
            Set<ReadingId> readings = quarantinedReadings(findings);
            Map<GroundTruth.Injected, Integer> kept = new HashMap<>();
            for (Quarantined entry : findings.quarantined()) {
                if (entry.seqs().isEmpty()) {
                    kept.merge(new GroundTruth.Injected(entry.thing(), entry.reason(), entry.payload()), 1, Integer::sum);
                    add(entry.thing(), new Line(0, 0, 0, 0, 0, 1, 0, 0, 0, 0));
                }
            }
            for (ReadingId id : readings) {
                GroundTruth.Taken taken = truth.readings().get(id);
                if (taken == null || taken.isPlausible()) {
                    problems.add("unknown: %s is in quarantine, but %s".formatted(id, taken == null ? "no device took it" : "it is plausible"));
                }
            }
            Map<GroundTruth.Injected, Integer> sent = new HashMap<>();
            truth.injected().forEach(injected -> sent.merge(injected, 1, Integer::sum));
            sent.forEach((injected, times) -> {
                if (kept.getOrDefault(injected, 0) < times) {
                    problems.add("missing: %s message of %s is not in quarantine with its %d bytes".formatted(
                            injected.reason(), injected.thing(), injected.payload().length() * 3 / 4));
                }
            });
            kept.keySet().stream().filter(entry -> !sent.containsKey(entry)).forEach(entry ->
                    problems.add("unknown: quarantine holds a %s message of %s that nobody sent".formatted(entry.reason(), entry.thing())));
            return readings;
        }

        private void compareState(ThingState state) {
            long taken = plausible.getOrDefault(state.thing(), 0L);
            if (state.tally().accepted() != taken) {
                problems.add("%s: %d readings were counted, %d were taken".formatted(state.thing(), state.tally().accepted(), taken));
            }
            if (state.lost() != 0) {
                problems.add("%s: %d readings were given up as lost".formatted(state.thing(), state.lost()));
            }
            state.ledgers().forEach((epoch, ledger) -> {
                List<Ledger.Interval> missing = ledger.missing().stream().filter(interval -> !isGone(state.thing(), epoch, interval)).toList();
                if (!missing.isEmpty()) {
                    problems.add("%s: epoch %d misses %s".formatted(state.thing(), epoch, missing));
                }
            });
            add(state.thing(), new Line(0, 0, state.tally().accepted(), state.tally().duplicate(), 0, 0, 0, 0, 0, 0));
        }

        private boolean isGone(String thing, long epoch, Ledger.Interval interval) {
            return LongStream.rangeClosed(interval.first(), interval.last()).allMatch(seq -> gone.contains(new ReadingId(thing, epoch, seq)));
        }
    }
}
