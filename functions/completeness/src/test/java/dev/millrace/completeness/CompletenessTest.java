package dev.millrace.completeness;

import static dev.millrace.completeness.Things.EPOCHS_MAX;
import static dev.millrace.completeness.Things.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Ledger;
import dev.millrace.pipeline.Ledger.Interval;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CompletenessTest {
    private static final String THING = "truck-1";

    @Test
    void theGapsOfALedgerAreMissing() {
        Completeness found = Completeness.of(Things.state(THING, 0, Map.of(3L, List.of(range(2, 9), range(12, 20)))), Map.of(), EPOCHS_MAX);

        assertThat(found.epochs()).containsExactly(new Completeness.Epoch(3, 20, 17, 0, List.of(range(1, 1), range(10, 11)), List.of()));
        assertThat(found.missing()).isEqualTo(3);
    }

    @Test
    void whatANoticeNamesIsLostUnlessItCame() {
        Completeness found = Completeness.of(Things.state(THING, 0, Map.of(3L, List.of(range(5, 9)))), Map.of(3L, List.of(range(2, 6))), EPOCHS_MAX);

        assertThat(found.epochs()).containsExactly(new Completeness.Epoch(3, 9, 5, 0, List.of(range(1, 1)), List.of(range(2, 4))));
    }

    @Test
    void aNoticeAboveAllThatCameTellsThatMoreWasTaken() {
        Completeness found = Completeness.of(Things.state(THING, 0, Map.of(3L, List.of(range(1, 9)))), Map.of(3L, List.of(range(15, 20))), EPOCHS_MAX);

        assertThat(found.epochs()).containsExactly(new Completeness.Epoch(3, 20, 9, 0, List.of(range(10, 14)), List.of(range(15, 20))));
    }

    @Test
    void ofAThingThatNeverCameThereAreItsNotices() {
        Completeness found = Completeness.of(ThingState.unseen(THING), Map.of(1L, List.of(range(3, 4))), EPOCHS_MAX);

        assertThat(found.epochs()).containsExactly(new Completeness.Epoch(1, 4, 0, 0, List.of(range(1, 2)), List.of(range(3, 4))));
    }

    @Test
    void nobodyKnowsWhatCameOfAnEpochThatMayHaveBeenForgotten() {
        ThingState full = Things.state(THING, 0, Map.of(5L, List.of(range(1, 1)), 6L, List.of(range(1, 1)), 7L, List.of(range(1, 1)), 8L, List.of(range(1, 1))));
        Map<Long, List<Interval>> told = Map.of(4L, List.of(range(1, 9)));

        assertThat(Completeness.of(full, told, 4).lost()).isZero();
        assertThat(Completeness.of(full, told, 5).lost()).as("there is room for its ledger, so it never came").isEqualTo(9);
    }

    @Test
    void whatWasGivenUpInTheCloudHasNoRangesAndStillCounts() {
        SortedMap<Long, Ledger> ledgers = new TreeMap<>(Map.of(9L, Ledger.of(2, List.of(range(1, 3), range(6, 6), range(9, 9)), 0)));
        Completeness found = Completeness.of(new ThingState(THING, 1, ledgers, List.of(), Progress.NONE, new Tally(40, 7, 1, 2), 11), Map.of(), EPOCHS_MAX);

        assertThat(found.epochs()).containsExactly(new Completeness.Epoch(9, 9, 5, 2, List.of(range(7, 8)), List.of()));
        assertThat(found.givenUp()).isEqualTo(13);
        assertThat(found.expected()).isEqualTo(20);
    }

    /// Against plain sets of what was taken, what came, and what was told of as lost.
    @RepeatedTest(300)
    void everyReadingThatIsKnownOfIsOneOfTakenMissingAndLost(RepetitionInfo seed) {
        var random = new SplittableRandom(seed.getCurrentRepetition());
        SortedMap<Long, Ledger> ledgers = new TreeMap<>();
        SortedMap<Long, SortedSet<Long>> came = new TreeMap<>();
        SortedMap<Long, List<Interval>> told = new TreeMap<>();
        for (long epoch = 1; epoch <= 3; epoch++) {
            SortedSet<Long> ofEpoch = IntervalsTest.seqs(IntervalsTest.any(random));
            if (!ofEpoch.isEmpty()) {
                came.put(epoch, ofEpoch);
                Ledger ledger = ledgers.computeIfAbsent(epoch, _ -> new Ledger(128));
                ofEpoch.stream().sorted((a, b) -> Long.compare(a * 31 % 17, b * 31 % 17)).forEach(ledger::add);
            }
            List<Interval> lost = Intervals.union(IntervalsTest.any(random));
            if (!lost.isEmpty()) {
                told.put(epoch, lost);
            }
        }

        Completeness found = Completeness.of(new ThingState(THING, 1, ledgers, List.of(), Progress.NONE, Tally.ZERO, 0), told, EPOCHS_MAX);

        SortedSet<Long> epochs = new TreeSet<>(came.keySet());
        epochs.addAll(told.keySet());
        assertThat(found.epochs()).extracting(Completeness.Epoch::epoch).containsExactlyElementsOf(epochs);
        for (Completeness.Epoch epoch : found.epochs()) {
            SortedSet<Long> arrived = came.getOrDefault(epoch.epoch(), new TreeSet<>());
            SortedSet<Long> given = IntervalsTest.seqs(told.getOrDefault(epoch.epoch(), List.of()));
            SortedSet<Long> taken = new TreeSet<>(arrived);
            taken.addAll(given);
            SortedSet<Long> all = IntervalsTest.seqs(List.of(range(1, taken.last())));
            assertThat(epoch.expected()).isEqualTo(all.size());
            assertThat(epoch.taken()).isEqualTo(arrived.size());
            assertThat(epoch.missing()).isEqualTo(IntervalsTest.intervals(IntervalsTest.without(IntervalsTest.without(all, arrived), given)));
            assertThat(epoch.lost()).isEqualTo(IntervalsTest.intervals(IntervalsTest.without(given, arrived)));
        }
    }
}
