package dev.millrace.completeness;

import dev.millrace.pipeline.Ledger.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The gaps of all things, from run to run: which are new, which are being filled, and for which a device is asked.
///
/// Mutable and not thread-safe.
final class GapBook {
    private final ResendPolicy policy;
    private final long nowMillis;
    private final SortedMap<String, Page> pages = new TreeMap<>();

    /// @param heardMillis when the thing last sent something; negative if never
    private record Page(long heardMillis, List<Gap> gaps) {
    }

    private record Candidate(String thing, Gap gap) {
        static final Comparator<Candidate> MOST_URGENT_FIRST = Comparator.<Candidate>comparingInt(candidate -> candidate.gap.asks())
                .thenComparingLong(candidate -> candidate.gap.seenMillis()).thenComparing(Candidate::thing).thenComparing(Candidate::gap, Gap.ORDER);
    }

    GapBook(ResendPolicy policy, long nowMillis) {
        this.policy = policy;
        this.nowMillis = nowMillis;
    }

    /// Enters what a thing misses now.
    ///
    /// @param known       its gaps as the last run left them
    /// @param heardMillis when the thing last sent something; negative if never
    void enter(List<Gap> known, Completeness found, long heardMillis) {
        List<Gap> gaps = new ArrayList<>();
        for (Completeness.Epoch epoch : found.epochs()) {
            List<Gap> ofEpoch = known.stream().filter(gap -> gap.epoch() == epoch.epoch()).toList();
            for (Gap gap : ofEpoch) {
                Intervals.common(List.of(gap.seqs()), epoch.missing()).forEach(part -> gaps.add(gap.shrunkTo(part, nowMillis)));
            }
            List<Interval> seen = Intervals.union(ofEpoch.stream().map(Gap::seqs).toList());
            Intervals.minus(epoch.missing(), seen).forEach(seqs -> gaps.add(Gap.fresh(epoch.epoch(), seqs, nowMillis)));
        }
        if (!gaps.isEmpty()) {
            pages.put(found.thing(), new Page(heardMillis, joined(gaps)));
        }
    }

    /// What was cut to ask for it in parts is one gap again, once all parts may be asked for again; else a large one would
    /// come to more and more parts.
    private List<Gap> joined(List<Gap> gaps) {
        List<Gap> joined = new ArrayList<>();
        for (Gap gap : gaps.stream().sorted(Gap.ORDER).toList()) {
            Gap before = joined.isEmpty() ? null : joined.getLast();
            if (before != null && before.touches(gap) && before.asks() == gap.asks() && isFreeAgain(before) && isFreeAgain(gap)) {
                joined.removeLast();
                joined.add(before.joined(gap));
            } else {
                joined.add(gap);
            }
        }
        return joined;
    }

    private boolean isFreeAgain(Gap gap) {
        return policy.isUnanswered(gap) || policy.isRested(gap, nowMillis);
    }

    /// Chooses what to ask for, within the budget, and enters it as asked: what was asked for least first, then what is missing
    /// longest. A thing that misses much does not take the others' part.
    List<Command> ask() {
        List<Command> commands = new ArrayList<>();
        Map<String, Integer> rangesLeft = new HashMap<>();
        Map<String, Long> readingsLeft = new HashMap<>();
        long left = policy.readingsMax();
        for (Candidate candidate : (Iterable<Candidate>) candidates().sorted(Candidate.MOST_URGENT_FIRST)::iterator) {
            if (left == 0 || commands.size() == policy.rangesMax()) {
                break;
            }
            int ofThingRanges = rangesLeft.getOrDefault(candidate.thing, policy.thingRangesMax());
            long ofThing = readingsLeft.getOrDefault(candidate.thing, policy.thingReadingsMax());
            long readings = Math.min(candidate.gap.seqs().size(), Math.min(left, ofThing));
            if (ofThingRanges == 0 || readings == 0) {
                continue;
            }
            rangesLeft.put(candidate.thing, ofThingRanges - 1);
            readingsLeft.put(candidate.thing, ofThing - readings);
            left -= readings;
            commands.add(enterAsked(candidate, readings));
        }
        return commands;
    }

    private Stream<Candidate> candidates() {
        return pages.entrySet().stream()
                .filter(page -> nowMillis - page.getValue().heardMillis <= policy.heardWithin().toMillis())
                .flatMap(page -> page.getValue().gaps.stream().filter(this::mayBeAsked).map(gap -> new Candidate(page.getKey(), gap)));
    }

    private boolean mayBeAsked(Gap gap) {
        return policy.isOverdue(gap, nowMillis) && !policy.isUnanswered(gap) && policy.isRested(gap, nowMillis);
    }

    private Command enterAsked(Candidate candidate, long readings) {
        Page page = pages.get(candidate.thing);
        List<Gap> parts = new ArrayList<>(candidate.gap.cutAfter(readings));
        parts.set(0, parts.getFirst().asked(nowMillis));
        List<Gap> gaps = new ArrayList<>(page.gaps);
        int at = gaps.indexOf(candidate.gap);
        gaps.remove(at);
        gaps.addAll(at, parts);
        pages.put(candidate.thing, new Page(page.heardMillis, gaps));
        return new Command(candidate.thing, candidate.gap.epoch(), parts.getFirst().seqs());
    }

    /// Readings that are overdue and were first seen missing at `sinceMillis` or later.
    long overdueSince(long sinceMillis) {
        return size(gaps().filter(gap -> gap.seenMillis() >= sinceMillis && policy.isOverdue(gap, nowMillis)));
    }

    /// Readings for which their devices will not be asked any more.
    long unanswered() {
        return size(gaps().filter(policy::isUnanswered));
    }

    private Stream<Gap> gaps() {
        return pages.values().stream().flatMap(page -> page.gaps.stream());
    }

    private static long size(Stream<Gap> gaps) {
        return gaps.map(gap -> gap.seqs().size()).reduce(0L, Totals::add);
    }

    /// By thing, to be remembered.
    SortedMap<String, List<Gap>> byThing() {
        SortedMap<String, List<Gap>> gaps = new TreeMap<>();
        pages.forEach((thing, page) -> gaps.put(thing, page.gaps));
        return gaps;
    }
}
