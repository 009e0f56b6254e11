package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.events.ReadingId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeqSetTest {
    private static List<Long> numbers(List<SeqRange> ranges) {
        return ranges.stream().flatMap(range -> LongStream.rangeClosed(range.first(), range.last()).boxed()).toList();
    }

    @Test
    void aSetIsASetOfNumbersWhateverIsAddedAndRemoved() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var set = new SeqSet();
            var model = new TreeSet<Long>();
            for (int step = 0; step < 60; step++) {
                long first = random.nextLong(1, 60);
                var range = new SeqRange(first, first + random.nextLong(12));
                List<Long> ofRange = numbers(List.of(range));
                switch (random.nextInt(5)) {
                    case 0, 1, 2 -> {
                        set.add(range);
                        model.addAll(ofRange);
                    }
                    case 3 -> {
                        set.remove(range);
                        model.removeAll(ofRange);
                    }
                    default -> {
                        set.removeBelow(first / 4);
                        model.headSet(first / 4).clear();
                    }
                }
                assertThat(numbers(set.ranges())).as("seed %d", seed).containsExactlyElementsOf(model);
                assertThat(set.size()).isEqualTo(model.size());
                assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
                assertThat(numbers(set.common(range))).isEqualTo(ofRange.stream().filter(model::contains).toList());
                assertThat(numbers(set.missing(range))).isEqualTo(ofRange.stream().filter(seq -> !model.contains(seq)).toList());
                assertThat(set.contains(first)).isEqualTo(model.contains(first));
                List<SeqRange> ranges = set.ranges();
                for (int i = 1; i < ranges.size(); i++) {
                    assertThat(ranges.get(i).first()).as("ranges that touch are one").isGreaterThan(ranges.get(i - 1).last() + 1);
                }
            }
        }
    }

    @Test
    void aRangeIsOfSeqs() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new SeqRange(1, ReadingId.SEQ_MAX + 1));
    }
}
