package dev.millrace.states;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.Aggregate;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Pane;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargeItemsTest {
    private final List<Integer> bytesOfCalls = new ArrayList<>();

    private final StateItems items = new StateItems() {
        @Override
        public Got get(List<String> things) {
            return new Got(List.of(), List.of());
        }

        @Override
        public List<Verdict> put(List<Item> put) {
            bytesOfCalls.add(put.stream().mapToInt(item -> item.body().length).sum());
            return Collections.nCopies(put.size(), new Verdict.Stored());
        }
    };

    @Test
    void aCallTakesNoMoreThanItsBytes() {
        int size = StateCodec.encode(large("thing-0")).length;
        assertThat(size).as("near DynamoDB's limit of 400 KB an item").isBetween(300_000, 400_000);

        assertThat(new DynamoDbStates(items, Limits.DEFAULT, new SplittableRandom(1)).commit(IntStream.range(0, 5).mapToObj(i -> large("thing-" + i)).toList()))
                .isEmpty();

        int aCall = StateItems.PUT_BYTES_MAX / size;
        assertThat(bytesOfCalls).hasSize((5 + aCall - 1) / aCall).allMatch(bytes -> bytes <= StateItems.PUT_BYTES_MAX);
        assertThat(bytesOfCalls.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5 * size);
    }

    private static ThingState large(String thing) {
        SortedMap<String, Aggregate> measures = new TreeMap<>();
        for (int i = 0; i < 4_000; i++) {
            measures.put("measure_%05d".formatted(i), new Aggregate(1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0));
        }
        return new ThingState(thing, 1, new TreeMap<>(), List.of(new Pane(new Pane.Key("truck", 0, 60_000), 1, measures)), Progress.NONE, Tally.ZERO, 0);
    }
}
