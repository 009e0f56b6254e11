package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class StateCodecFuzzTest {
    static Stream<byte[]> seeds() {
        var ledger = new Ledger(128);
        Stream.of(1L, 2L, 3L, 7L, 9L, 10L).forEach(ledger::add);
        Aggregate aggregate = Aggregate.of(21.5, 60_000).merge(Aggregate.of(22, 61_000));
        var pane = new Pane(new Pane.Key("environment", 60_000, 60_000), 2, new TreeMap<>(Map.of("temperature_c", aggregate, "humidity_pct", aggregate)));
        return Stream.of(ThingState.unseen("a"),
                        new ThingState("a", 1, new TreeMap<>(Map.of(1L, ledger, 5L, new Ledger(128))), List.of(), new Progress(61_000, 0, 62_000, 0), new Tally(6, 1, 0, 0), 0),
                        new ThingState("a", 1, new TreeMap<>(Map.of(1L, ledger)), List.of(pane, pane), new Progress(61_000, 60_000, 62_000, 720_000), new Tally(6, 1, 2, 3), 4))
                .map(StateCodec::encode);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreAStateThatSurvivesOrAreRefusedByName(byte[] bytes) {
        ThingState state;
        try {
            state = StateCodec.decode("a", 1, bytes, Limits.DEFAULT);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("state of a");
            return;
        }
        assertThat(StateCodec.decode("a", 1, StateCodec.encode(state), Limits.DEFAULT)).isEqualTo(state);
    }
}
