package dev.millrace.completeness;

import static dev.millrace.completeness.Things.missing;
import static dev.millrace.completeness.Things.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Ledger.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GapBookTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final String A = "truck-a";
    private static final String B = "truck-b";
    private static final ResendPolicy POLICY = new ResendPolicy(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(6), 3, 100, 1_000, 10, 500);

    private SortedMap<String, List<Gap>> known = new TreeMap<>();
    private GapBook book = new GapBook(POLICY, 0);

    /// One run in which all things were just heard of.
    private List<Command> run(ResendPolicy policy, long now, Completeness... found) {
        book = new GapBook(policy, now);
        for (Completeness one : found) {
            book.enter(known.getOrDefault(one.thing(), List.of()), one, now);
        }
        List<Command> commands = book.ask();
        known = book.byThing();
        return commands;
    }

    private List<Command> run(long now, Completeness... found) {
        return run(POLICY, now, found);
    }

    @Test
    void whatIsOnItsWayIsNotAskedForAndWhatStaysAwayIs() {
        assertThat(run(0, missing(A, range(5, 9)))).isEmpty();
        assertThat(run(14 * MINUTE, missing(A, range(5, 9)))).isEmpty();
        assertThat(run(15 * MINUTE, missing(A, range(5, 9)))).containsExactly(new Command(A, 1, range(5, 9)));
    }

    @Test
    void aGapThatIsBeingFilledIsNotOverdue() {
        run(0, missing(A, range(1, 400)));
        assertThat(run(HOUR, missing(A, range(101, 400)))).as("a backlog drains").isEmpty();
        assertThat(run(2 * HOUR, missing(A, range(301, 400)))).isEmpty();
        assertThat(book.overdueSince(0)).isZero();
        assertThat(run(3 * HOUR, missing(A, range(301, 400)))).containsExactly(new Command(A, 1, range(301, 400)));
        assertThat(book.overdueSince(0)).isEqualTo(100);
        assertThat(book.overdueSince(1)).as("it was first seen missing with all the others").isZero();
    }

    @Test
    void theSameIsAskedForAgainAfterABackoffThatDoublesAndNotForEver() {
        List<Long> asked = new ArrayList<>();
        for (long hour = 0; hour < 100; hour++) {
            if (!run(hour * HOUR, missing(A, range(5, 9))).isEmpty()) {
                asked.add(hour);
            }
        }
        assertThat(asked).containsExactly(1L, 7L, 19L);
        assertThat(book.unanswered()).isEqualTo(5);
        assertThat(run(101 * HOUR, missing(A, range(5, 9), range(12, 12)))).as("a new gap is another matter").isEmpty();
        assertThat(run(102 * HOUR, missing(A, range(5, 9), range(12, 12)))).containsExactly(new Command(A, 1, range(12, 12)));
    }

    @Test
    void whatIsLeftOfAnAnswerCountsAsAskedForBefore() {
        run(0, missing(A, range(1, 10)));
        run(HOUR, missing(A, range(1, 10)));
        assertThat(run(2 * HOUR, missing(A, range(1, 2), range(9, 10)))).isEmpty();
        assertThat(run(6 * HOUR, missing(A, range(1, 2), range(9, 10)))).isEmpty();
        assertThat(run(7 * HOUR, missing(A, range(1, 2), range(9, 10)))).hasSize(2);
    }

    @Test
    void aSilentThingIsNotAskedAndUsesUpNothing() {
        for (long hour = 0; hour < 100; hour++) {
            book = new GapBook(POLICY, hour * HOUR);
            book.enter(known.getOrDefault(A, List.of()), missing(A, range(5, 9)), -1);
            assertThat(book.ask()).isEmpty();
            known = book.byThing();
        }
        assertThat(run(100 * HOUR, missing(A, range(5, 9)))).hasSize(1);
    }

    @Test
    void aThingThatMissesMuchDoesNotTakeTheOthersPart() {
        Completeness much = missing(A, range(1, 1L << 53));
        Completeness little = missing(B, range(5, 9));
        run(0, much, little);

        assertThat(run(HOUR, much, little)).containsExactly(new Command(A, 1, range(1, 500)), new Command(B, 1, range(5, 9)));
        assertThat(run(2 * HOUR, much, little)).containsExactly(new Command(A, 1, range(501, 1_000)));
    }

    @Test
    void aGapThatIsTooLargeForARunDoesNotComeToMoreAndMoreParts() {
        for (long hour = 0; hour < 1_000; hour++) {
            run(hour * HOUR, missing(A, range(1, 1L << 53)));
        }
        assertThat(known.get(A)).hasSizeLessThan(40);
        assertThat(known.get(A).stream().mapToLong(gap -> gap.seqs().size()).sum()).isEqualTo(1L << 53);
    }

    @Test
    void readingsOfNothingAsksForNothing() {
        run(0, missing(A, range(5, 9)));
        assertThat(run(POLICY.withReadingsMax(0), HOUR, missing(A, range(5, 9)))).isEmpty();
        assertThat(known.get(A)).containsExactly(new Gap(1, range(5, 9), 0, 0, 0, 0));
    }

    @Test
    void gapsThatAreClosedAreForgotten() {
        run(0, missing(A, range(5, 9)), missing(B, range(1, 1)));
        run(HOUR, missing(A, range(7, 9)));

        assertThat(known).containsOnlyKeys(A);
        assertThat(known.get(A)).extracting(Gap::seqs).containsExactly(range(7, 9));
    }

    /// Whatever comes and whatever does not.
    @RepeatedTest(100)
    void theBookTilesWhatIsMissingAndKeepsItsBudget(RepetitionInfo seed) {
        var random = new SplittableRandom(seed.getCurrentRepetition());
        var policy = new ResendPolicy(Duration.ofMinutes(random.nextInt(90)), Duration.ofHours(1), Duration.ofHours(2), 2, 5, 20, 3, 12);
        for (long hour = 0; hour < 30; hour++) {
            List<Completeness> found = new ArrayList<>();
            for (String thing : List.of(A, B)) {
                List<Interval> gaps = Intervals.union(IntervalsTest.any(random));
                if (!gaps.isEmpty()) {
                    found.add(missing(thing, gaps.toArray(Interval[]::new)));
                }
            }
            List<Command> commands = run(policy, hour * HOUR, found.toArray(Completeness[]::new));

            assertThat(commands.size()).isLessThanOrEqualTo(5);
            assertThat(commands.stream().mapToLong(command -> command.seqs().size()).sum()).isLessThanOrEqualTo(20);
            for (Completeness one : found) {
                List<Interval> missing = one.epochs().getFirst().missing();
                assertThat(Intervals.union(known.get(one.thing()).stream().map(Gap::seqs).toList())).isEqualTo(missing);
                assertThat(known.get(one.thing()).stream().mapToLong(gap -> gap.seqs().size()).sum()).as("none twice").isEqualTo(one.missing());
                List<Interval> asked = commands.stream().filter(command -> command.thing().equals(one.thing())).map(Command::seqs).toList();
                assertThat(Intervals.size(asked)).isLessThanOrEqualTo(12);
                assertThat(asked.size()).isLessThanOrEqualTo(3);
                assertThat(Intervals.minus(Intervals.union(asked), missing)).as("nothing is asked for that is there").isEmpty();
            }
        }
    }
}
