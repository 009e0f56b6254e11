package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AggregateTest {
    @Test
    void sumsAreWithinOneUlpOfTheExactOnesInAnyOrderAndGrouping() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 300; round++) {
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(300); i++) {
                values.add(random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-6, 7)));
            }
            BigDecimal exact = values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal exactSquares = values.stream().map(BigDecimal::new).map(value -> value.multiply(value)).reduce(BigDecimal.ZERO, BigDecimal::add);
            for (int order = 0; order < 5; order++) {
                Collections.shuffle(values, new Random(order));
                int cut = 1 + random.nextInt(values.size() - 1);
                Aggregate merged = aggregate(values.subList(0, cut)).merge(aggregate(values.subList(cut, values.size())));

                assertThat(ulpsApart(merged.sum(), exact.doubleValue())).as("round %d", round).isLessThanOrEqualTo(1);
                assertThat(ulpsApart(merged.squares(), exactSquares.doubleValue())).as("round %d", round).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aPlainSumWouldNotPassTheTestAbove() {
        Aggregate aggregate = aggregate(List.of(1e16, 1.0, -1e16, 1.0));

        assertThat(1e16 + 1.0 - 1e16 + 1.0).isEqualTo(1.0);
        assertThat(aggregate.sum()).isEqualTo(2.0);
    }

    @Test
    void firstAndLastOfTheSameInstantDoNotDependOnTheOrder() {
        Aggregate one = Aggregate.of(3, 1_000);
        Aggregate other = Aggregate.of(5, 1_000);

        assertThat(one.merge(other)).isEqualTo(other.merge(one));
        assertThat(one.merge(other)).extracting(Aggregate::first, Aggregate::last, Aggregate::min, Aggregate::max).containsExactly(3.0, 5.0, 3.0, 5.0);
    }

    private static Aggregate aggregate(List<Double> values) {
        var running = new RunningAggregate();
        values.forEach(value -> running.add(value, 1_000));
        return running.result();
    }

    private static double ulpsApart(double one, double other) {
        return Math.abs(one - other) / Math.ulp(other);
    }
}
