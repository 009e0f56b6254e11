package dev.millrace.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LongDictionaryTest {
    @Test
    void eachValueIsFoundAtItsPlace() {
        var random = new SplittableRandom(1);
        for (int distinct : new int[] {1, 2, 3, 700, 16_384}) {
            long[] kinds = random.longs(distinct).toArray();
            long[] column = random.ints(200_000, 0, distinct).mapToLong(kind -> kinds[kind]).toArray();

            LongDictionary dictionary = LongDictionary.of(column, column.length);

            if (distinct > 2_048) {
                assertThat(dictionary).as("of %d distinct values more than half of the first 4,096 are new", distinct).isNull();
            } else {
                long[] values = dictionary.values();
                assertThat(values).hasSize(distinct).doesNotHaveDuplicates();
                assertThat(LongStream.range(0, column.length).map(i -> values[dictionary.places()[(int) i]])).containsExactly(LongStream.of(column).boxed().toArray(Long[]::new));
            }
        }
    }

    @Test
    void aColumnOfManyDistinctValuesHasNone() {
        assertThat(LongDictionary.of(LongStream.range(0, 100_000).toArray(), 100_000)).isNull();
        assertThat(LongDictionary.of(LongStream.range(0, 100_000).map(i -> i < 4_096 ? 7 : i).toArray(), 100_000)).as("late news").isNull();
        assertThat(LongDictionary.of(new long[] {1, 2, 3}, 3)).isNull();
    }

    @Test
    void onlyTheGivenValuesCount() {
        assertThat(LongDictionary.of(new long[] {5, 5, 5, 5, 6, 7}, 4).values()).containsExactly(5);
        assertThat(LongDictionary.of(new long[] {5}, 0)).isNull();
    }
}
