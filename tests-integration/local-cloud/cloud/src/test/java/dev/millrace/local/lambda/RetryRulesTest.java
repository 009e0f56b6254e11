package dev.millrace.local.lambda;

import static dev.millrace.local.lambda.StreamRecords.ARRIVAL_MILLIS;
import static dev.millrace.local.lambda.StreamRecords.records;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.local.lambda.RetryRules.Next;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetryRulesTest {
    private static final Duration ANY_AGE = Duration.ofSeconds(-1);
    private static final Outcome FAILED = new Outcome.FailedWhole("exception");
    private static final RetryRules PLAIN = new RetryRules(2, ANY_AGE, false);
    private static final RetryRules BISECT = new RetryRules(2, ANY_AGE, true);

    private static Batch invoked(long from, long to, int failures) {
        return new Batch(from, to, failures, failures + 1);
    }

    @Test
    void successSettles() {
        assertThat(PLAIN.after(invoked(1, 10, 0), new Outcome.AllDone())).isEqualTo(new Next.Settled());
    }

    @Test
    void aFailedBatchIsRetriedWholeAndCosts1Attempt() {
        assertThat(PLAIN.after(invoked(1, 10, 0), FAILED)).isEqualTo(new Next.Retry(List.of(new Batch(1, 10, 1, 1))));
    }

    @Test
    void aPartialAnswerRetriesFromItsCheckpoint() {
        assertThat(PLAIN.after(invoked(1, 10, 0), new Outcome.FailedFrom(5)))
                .isEqualTo(new Next.Retry(List.of(new Batch(5, 10, 1, 1))));
    }

    @Test
    void afterTheLastAttemptTheRestIsGivenUp() {
        assertThat(PLAIN.after(invoked(1, 10, 1), FAILED)).isInstanceOf(Next.Retry.class);
        assertThat(PLAIN.after(invoked(1, 10, 2), FAILED)).isEqualTo(new Next.GiveUp(new Batch(1, 10, 3, 3)));
        assertThat(PLAIN.after(invoked(1, 10, 2), new Outcome.FailedFrom(5)))
                .isEqualTo(new Next.GiveUp(new Batch(5, 10, 3, 3)));
        assertThat(new RetryRules(0, ANY_AGE, false).after(invoked(1, 10, 0), FAILED)).isInstanceOf(Next.GiveUp.class);
    }

    @Test
    void minusOneRetriesForEver() {
        assertThat(new RetryRules(-1, ANY_AGE, false).after(invoked(1, 10, 1_000_000), FAILED))
                .isInstanceOf(Next.Retry.class);
    }

    @Test
    void bisectHalvesAFailedBatchWithoutAnAttempt() {
        assertThat(BISECT.after(invoked(1, 10, 1), FAILED))
                .isEqualTo(new Next.Retry(List.of(new Batch(1, 5, 1, 2), new Batch(5, 10, 1, 2))));
        assertThat(BISECT.after(invoked(1, 2, 0), FAILED)).isEqualTo(new Next.Retry(List.of(new Batch(1, 2, 1, 1))));
    }

    @Test
    void bisectSplitsAPartialAnswerAtTheCheckpointWithoutAnAttempt() {
        assertThat(BISECT.after(invoked(1, 10, 1), new Outcome.FailedFrom(5)))
                .isEqualTo(new Next.Retry(List.of(new Batch(5, 10, 1, 2))));
        assertThat(BISECT.after(invoked(5, 10, 1), new Outcome.FailedFrom(5)))
                .isEqualTo(new Next.Retry(List.of(new Batch(5, 10, 2, 2))));
    }

    @Test
    void bisectFindsTheOnePoisonedRecordAndSettlesAllOthers() {
        for (long poison = 1; poison <= 100; poison++) {
            List<Long> settled = new ArrayList<>();
            List<Batch> givenUp = new ArrayList<>();
            Deque<Batch> work = new ArrayDeque<>(List.of(Batch.fresh(1, 101)));
            while (!work.isEmpty()) {
                Batch batch = work.pop().invoked();
                boolean throwsUp = batch.from() <= poison && poison < batch.to();
                switch (BISECT.after(batch, throwsUp ? FAILED : new Outcome.AllDone())) {
                    case Next.Settled _ -> records(batch.from(), batch.to()).forEach(r -> settled.add(r.position()));
                    case Next.Retry(List<Batch> left) -> left.reversed().forEach(work::push);
                    case Next.GiveUp(Batch rest) -> givenUp.add(rest);
                }
            }
            assertThat(settled).hasSize(99).doesNotContain(poison).isSorted();
            assertThat(givenUp).singleElement().satisfies(rest -> assertThat(rest.size()).isEqualTo(1));
        }
    }

    @Test
    void recordsAreTooOldAfterTheMaximumAge() {
        var rules = new RetryRules(2, Duration.ofMinutes(1), false);

        assertThat(rules.tooOld(records(1, 4), ARRIVAL_MILLIS + 60_000)).isZero();
        assertThat(rules.tooOld(records(1, 4), ARRIVAL_MILLIS + 60_001)).isEqualTo(3);
        assertThat(PLAIN.tooOld(records(1, 4), Long.MAX_VALUE / 2)).isZero();
    }
}
