package dev.millrace.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.pipeline.Deadline;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweeperTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_795_000_000_000L);
    private static final int PAGE = 100;

    private final List<List<String>> calls = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final AtomicLong passedMillis = new AtomicLong();

    @Test
    void aThingOfEverySegmentIsSweptOnce() throws InterruptedException {
        Sweeper.Outcome outcome = sweeper(things(1_000), put -> List.of()).run(Deadline.NONE);

        assertThat(outcome).isEqualTo(new Sweeper.Outcome(1_000, 1_000, 1_000, 0));
        assertThat(swept()).containsExactlyInAnyOrderElementsOf(things(1_000));
    }

    @Test
    void sweepsTakeTheirTimeSoThatReadingsKeepTheirRoom() throws InterruptedException {
        sweeper(things(1_000), put -> List.of()).run(Deadline.NONE);

        assertThat(calls).extracting(List::size).containsExactly(250, 250, 250, 250);
        assertThat(pauses).containsExactly(1_000L, 1_000L, 1_000L);
    }

    @Test
    void onlyWhatWasNotTakenIsPutAgain() throws InterruptedException {
        List<String> first = new ArrayList<>();
        Sweeper.Outcome outcome = sweeper(things(10), put -> {
            if (first.isEmpty()) {
                first.addAll(put.subList(3, 5));
                return first;
            }
            return List.of();
        }).run(Deadline.NONE);

        assertThat(calls).hasSize(2);
        assertThat(calls.getLast()).isEqualTo(first);
        assertThat(pauses).hasSize(1).allMatch(millis -> millis <= 200);
        assertThat(outcome).isEqualTo(new Sweeper.Outcome(10, 10, 10, 0));
    }

    @Test
    void whatIsNeverTakenIsGivenUpAndCounted() throws InterruptedException {
        Sweeper.Outcome outcome = sweeper(things(10), put -> put.stream().filter("thing-7"::equals).toList()).run(Deadline.NONE);

        assertThat(calls).hasSize(Sweeper.TRIES_MAX);
        assertThat(outcome.swept()).isEqualTo(9);
        assertThat(outcome.failed()).isEqualTo(1);
    }

    @Test
    void aRunThatDoesNotGetThroughSaysSoAndStillSweepsWhatItFound() throws InterruptedException {
        Deadline minute = () -> 60_000 - passedMillis.get();
        Sweeper.Outcome outcome = sweeper(pageAtOneSecond(things(320 * PAGE)), put -> List.of()).run(minute);

        assertThat(outcome.unfinished()).isPositive();
        assertThat(outcome.scanned()).isBetween(2_000L, 3_500L);
        assertThat(outcome.swept()).isEqualTo(outcome.idle()).isEqualTo(outcome.scanned());
        assertThat(passedMillis.get()).isLessThan(60_000);
    }

    @Test
    void runsThatDoNotGetThroughReachEveryThingInTheEnd() throws InterruptedException {
        Set<String> reached = new HashSet<>();
        Sweeper sweeper = sweeper(pageAtOneSecond(things(80 * PAGE)), put -> List.of());
        for (int run = 0; run < 200; run++) {
            passedMillis.set(0);
            sweeper.run(() -> 60_000 - passedMillis.get());
            reached.addAll(swept());
            calls.clear();
        }

        assertThat(reached).hasSize(80 * PAGE);
    }

    @Test
    void ofMoreThanARunPutsTheRestIsLeft() throws InterruptedException {
        Sweeper.Outcome outcome = sweeper(things(Sweeper.SWEEPS_MAX + 1_000), put -> List.of()).run(Deadline.NONE);

        assertThat(outcome.swept()).isEqualTo(Sweeper.SWEEPS_MAX);
        assertThat(outcome.failed()).isEqualTo(1_000);
    }

    @Test
    void aScanThatFailsFailsTheRun() {
        IdleThings down = (_, _, _) -> {
            throw new IllegalStateException("table is gone");
        };

        assertThatThrownBy(() -> sweeper(down, put -> List.of()).run(Deadline.NONE)).hasMessageContaining("table is gone");
        assertThat(calls).isEmpty();
    }

    private static List<String> things(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> "thing-" + number).toList();
    }

    private List<String> swept() {
        return calls.stream().flatMap(List::stream).toList();
    }

    private Sweeper sweeper(List<String> things, SweepStream stream) {
        return sweeper((segment, after, now) -> page(things, segment, after, now), stream);
    }

    private Sweeper sweeper(IdleThings idleThings, SweepStream stream) {
        return new Sweeper(idleThings, put -> {
            calls.add(List.copyOf(put));
            return stream.put(put);
        }, InstantSource.fixed(NOW), new SplittableRandom(1), millis -> {
            pauses.add(millis);
            passedMillis.addAndGet(millis);
        });
    }

    private IdleThings pageAtOneSecond(List<String> things) {
        return (segment, after, now) -> {
            passedMillis.addAndGet(1_000);
            return page(things, segment, after, now);
        };
    }

    /// Every thing is idle; each is in the segment that its number gives.
    private static IdleThings.Page page(List<String> things, IdleThings.Segment segment, Optional<String> after, Instant now) {
        assertThat(now).isEqualTo(NOW);
        List<String> ofSegment = IntStream.range(0, things.size()).filter(index -> index % segment.of() == segment.number()).mapToObj(things::get).toList();
        int from = after.map(thing -> ofSegment.indexOf(thing) + 1).orElse(0);
        List<String> page = ofSegment.subList(from, Math.min(ofSegment.size(), from + PAGE));
        return new IdleThings.Page(page.size(), page, from + PAGE < ofSegment.size() ? Optional.of(page.getLast()) : Optional.empty());
    }
}
