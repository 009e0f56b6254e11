package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    @Test
    void seqsInOrderStayOneInterval() {
        var ledger = new Ledger(4);
        for (long seq = 1; seq <= 1_000; seq++) {
            assertThat(ledger.add(seq)).isTrue();
        }

        assertThat(ledger.intervals()).containsExactly(new Ledger.Interval(1, 1_000));
        assertThat(ledger.missing()).isEmpty();
        assertThat(ledger.taken()).isEqualTo(1_000);
    }

    @Test
    void aSeqThatWasTakenIsNotTakenAgain() {
        var ledger = new Ledger(4);
        ledger.add(7);

        assertThat(ledger.add(7)).isFalse();
        assertThat(ledger.contains(6)).isFalse();
        assertThat(ledger.contains(7)).isTrue();
        assertThat(ledger.contains(8)).isFalse();
    }

    @Test
    void theSeqThatFillsAGapJoinsItsNeighbours() {
        var ledger = new Ledger(4);
        ledger.add(1);
        ledger.add(3);
        assertThat(ledger.missing()).containsExactly(new Ledger.Interval(2, 2));

        ledger.add(2);

        assertThat(ledger.intervals()).containsExactly(new Ledger.Interval(1, 3));
    }

    @Test
    void theOldestGapIsGivenUpPastTheBoundAndCountedAsLost() {
        var ledger = new Ledger(2);
        ledger.add(1);
        ledger.add(5);
        ledger.add(10);

        assertThat(ledger.intervals()).containsExactly(new Ledger.Interval(1, 5), new Ledger.Interval(10, 10));
        assertThat(ledger.lost()).isEqualTo(3);
        assertThat(ledger.taken()).isEqualTo(3);
        assertThat(ledger.add(3)).as("a reading given up comes after all").isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itAgreesWithAPlainSetWhateverTheOrder(long seed) {
        var random = new SplittableRandom(seed);
        var ledger = new Ledger(10_000);
        var plain = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            int seq = 1 + random.nextInt(3_000);
            assertThat(ledger.contains(seq)).isEqualTo(plain.get(seq));
            assertThat(ledger.add(seq)).isEqualTo(!plain.get(seq));
            plain.set(seq);
        }

        assertThat(ledger.taken()).isEqualTo(plain.cardinality());
        long missing = ledger.missing().stream().mapToLong(Ledger.Interval::size).sum();
        assertThat(missing).isEqualTo(ledger.highest() - plain.cardinality());
    }

    @Test
    void aCopyLivesItsOwnLife() {
        var ledger = new Ledger(4);
        ledger.add(1);
        Ledger copy = ledger.copy();
        copy.add(2);

        assertThat(ledger.contains(2)).isFalse();
    }

    @Test
    void intervalsThatTouchOrFallBackAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() ->
                Ledger.of(4, List.of(new Ledger.Interval(1, 2), new Ledger.Interval(3, 4)), 0));
        assertThatIllegalArgumentException().isThrownBy(() ->
                Ledger.of(4, List.of(new Ledger.Interval(5, 6), new Ledger.Interval(1, 2)), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Ledger.of(4, List.of(new Ledger.Interval(0, 2)), 0));
    }
}
