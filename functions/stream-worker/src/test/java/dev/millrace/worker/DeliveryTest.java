package dev.millrace.worker;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {
    private static final Fate SETTLED = new Fate.Settled();

    private final List<List<String>> consumed = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final FakeLease lease = new FakeLease();
    private long now = Records.ARRIVED;
    private long failedAttempts;
    private long givenUp;

    @AfterEach
    void noThreadIsLeftInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aSettledBatchIsCheckpointedAtItsLastRecord() {
        assertThat(deliver(_ -> SETTLED, Records.batch(1, 5))).isTrue();

        assertThat(lease.checkpoints()).containsExactly("5");
        assertThat(kept).isEmpty();
    }

    @Test
    void whatIsToBeDeliveredAgainIsNotCheckpointedAndWhatIsBeforeItIs() {
        List<Fate> fates = new ArrayList<>(List.of(new Fate.RetryFrom("3", "states are busy"), SETTLED));

        assertThat(deliver(_ -> fates.removeFirst(), Records.batch(1, 5))).isTrue();

        assertThat(consumed).containsExactly(List.of("1", "2", "3", "4", "5"), List.of("3", "4", "5"));
        assertThat(lease.checkpoints()).containsExactly("2", "5");
        assertThat(failedAttempts).isEqualTo(1);
        assertThat(now).isGreaterThan(Records.ARRIVED);
    }

    @Test
    void aConsumerThatThrowsIsTriedAgainInPlaceAndNothingIsCheckpointedUntilThen() {
        List<List<String>> before = new ArrayList<>();

        assertThat(deliver(_ -> {
            before.add(lease.checkpoints());
            if (before.size() < 4) {
                throw new IllegalStateException("down");
            }
            return SETTLED;
        }, Records.batch(1, 4))).isTrue();

        assertThat(before).startsWith(List.of(), List.of(), List.of(), List.of());
        assertThat(lease.checkpoints()).containsExactly("1", "2", "4");
        assertThat(kept).isEmpty();
    }

    @Test
    void aRecordThatCannotBeSettledEndsUpAloneAndTheOthersAreSettled() {
        assertThat(deliver(batch -> {
            if (Records.numbers(batch).contains("6")) {
                throw new IllegalStateException("poisoned by 6");
            }
            return SETTLED;
        }, Records.batch(1, 8))).isTrue();

        assertThat(kept).containsExactly("6 RETRY_ATTEMPTS_EXHAUSTED after 21: java.lang.IllegalStateException: poisoned by 6");
        assertThat(consumed.stream().filter(List.of("6")::equals)).hasSize(Delivery.ATTEMPTS);
        assertThat(lease.checkpoints()).containsExactly("4", "5", "6", "8");
        assertThat(givenUp).isEqualTo(1);
    }

    @Test
    void aRecordThatIsTooOldIsGivenUpAtItsFirstFailure() {
        now += Duration.ofHours(23).toMillis() + 1;

        assertThat(deliver(_ -> new Fate.RetryFrom("1", "down"), Records.batch(1, 1))).isTrue();

        assertThat(kept).containsExactly("1 RECORD_AGE_EXCEEDED after 1: down");
        assertThat(lease.checkpoints()).containsExactly("1");
    }

    @Test
    void whatCannotBeGivenUpIsNotPassedOver() {
        List<Integer> refusals = new ArrayList<>(List.of(1, 2));
        FailedBatches down = (_, _, _, _) -> {
            assertThat(lease.checkpoints()).isEmpty();
            if (!refusals.isEmpty()) {
                refusals.removeFirst();
                throw new SinkUnavailable("bucket is down", null);
            }
        };

        assertThat(delivery(_ -> {
            throw new IllegalStateException("poison");
        }, down).deliver(Records.batch(1, 1), lease)).isTrue();

        assertThat(refusals).isEmpty();
        assertThat(lease.checkpoints()).containsExactly("1");
    }

    @Test
    void aLostLeaseEndsTheRetriesAndNothingIsCheckpointed() {
        lease.heldWhile(() -> consumed.size() < 3);

        assertThat(deliver(_ -> {
            throw new IllegalStateException("down");
        }, Records.batch(1, 1))).isFalse();

        assertThat(consumed).hasSize(3);
        assertThat(lease.checkpoints()).isEmpty();
        assertThat(kept).isEmpty();
    }

    @Test
    void aCheckpointThatIsRefusedBecauseTheLeaseIsAnothersEndsTheDelivery() {
        lease.refusing();

        assertThat(deliver(_ -> consumed.size() == 1 ? new Fate.RetryFrom("2", "busy") : SETTLED, Records.batch(1, 2))).isFalse();

        assertThat(consumed).hasSize(1);
    }

    @Test
    void anInterruptEndsTheRetries() {
        Delivery delivery = new Delivery((_, _) -> new Fate.RetryFrom("1", "down"), this::keep, limits(), progress(), _ -> {
            throw new InterruptedException();
        }, new SplittableRandom(1), () -> Instant.ofEpochMilli(now));

        assertThat(delivery.deliver(Records.batch(1, 1), lease)).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(lease.checkpoints()).isEmpty();
    }

    @Test
    void aPositionThatIsNotInTheBatchCountsAsAFailureOfTheWhole() {
        List<Fate> fates = new ArrayList<>(List.of(new Fate.RetryFrom("9", "confused"), SETTLED));

        assertThat(deliver(_ -> fates.removeFirst(), Records.batch(1, 1))).isTrue();

        assertThat(consumed).hasSize(2);
        assertThat(lease.checkpoints()).containsExactly("1");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverFailsEachRecordIsSettledOrKeptBeforeTheCheckpointPassesIt(long seed) {
        var random = new SplittableRandom(seed);
        Set<String> done = new HashSet<>();
        Function<Batch, Fate> unsteady = batch -> {
            assertThat(lease.checkpoints().stream().mapToInt(Integer::parseInt).max().orElse(0)).isLessThan(Integer.parseInt(batch.first().sequenceNumber()));
            int dice = random.nextInt(10);
            if (dice < 3) {
                throw new IllegalStateException("chance");
            }
            int until = dice < 6 ? random.nextInt(batch.records().size()) : batch.records().size();
            batch.records().subList(0, until).stream().map(StreamRecord::sequenceNumber).filter(one -> !one.equals("13")).forEach(done::add);
            if (Records.numbers(batch).subList(0, until).contains("13")) {
                return new Fate.RetryFrom("13", "never 13");
            }
            return until == batch.records().size() ? SETTLED : new Fate.RetryFrom(batch.records().get(until).sequenceNumber(), "chance");
        };

        assertThat(deliver(unsteady, Records.batch(1, 40))).isTrue();

        assertThat(lease.checkpoints().getLast()).isEqualTo("40");
        done.addAll(kept.stream().map(one -> one.substring(0, one.indexOf(' '))).collect(toSet()));
        assertThat(done).containsAll(IntStream.rangeClosed(1, 40).mapToObj(String::valueOf).toList());
        assertThat(kept).hasSize(1).first().asString().startsWith("13 ");
        assertThat(lease.checkpoints().stream().map(Integer::parseInt).toList()).isSorted();
    }

    private boolean deliver(Function<Batch, Fate> consumer, Batch batch) {
        return delivery(consumer, this::keep).deliver(batch, lease);
    }

    private Delivery delivery(Function<Batch, Fate> consumer, FailedBatches failed) {
        return new Delivery((batch, deadline) -> {
            consumed.add(Records.numbers(batch));
            assertThat(deadline.remainingMillis()).isEqualTo(60_000);
            return consumer.apply(batch);
        }, failed, limits(), progress(), millis -> now += millis, new SplittableRandom(7), () -> Instant.ofEpochMilli(now));
    }

    private static Delivery.Limits limits() {
        return new Delivery.Limits(60_000, Duration.ofHours(23).toMillis());
    }

    private void keep(Batch batch, FailedBatches.Condition condition, int attempts, String why) {
        kept.add("%s %s after %d: %s".formatted(String.join(",", Records.numbers(batch)), condition, attempts, why));
    }

    private Delivery.Progress progress() {
        return new Delivery.Progress() {
            @Override
            public void attemptFailed() {
                failedAttempts++;
            }

            @Override
            public void gaveUp(int records) {
                givenUp += records;
            }
        };
    }
}
