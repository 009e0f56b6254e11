package dev.millrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateCodecTest {
    @Test
    void anyStateSurvives() {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 300; round++) {
            ThingState state = randomState(random);

            assertThat(StateCodec.decode("a", state.version(), StateCodec.encode(state), Limits.DEFAULT)).isEqualTo(state);
        }
    }

    @Test
    void aThingWithoutGapsTakesFewBytes() {
        var ledger = new Ledger(128);
        for (long seq = 1; seq <= 100_000; seq++) {
            ledger.add(seq);
        }
        var state = new ThingState("a", 1, new TreeMap<>(Map.of(1_795_000_000L << 20, ledger)), List.of(),
                new Progress(1_795_000_001_000L, 0, 1_795_000_001_000L, 0), Tally.ZERO, 0);

        assertThat(StateCodec.encode(state)).hasSizeLessThan(50);
    }

    @Test
    void aNewerFormatIsRefusedNotReplaced() {
        byte[] bytes = StateCodec.encode(ThingState.unseen("a"));
        bytes[0] = 3;

        assertThatIllegalStateException().isThrownBy(() -> StateCodec.decode("a", 1, bytes, Limits.DEFAULT))
                .withMessageContaining("state of a has format 3");
    }

    /// As the first release wrote it: ledger 1..2 of epoch 1, one pane of 2 readings in the minute from 60 s.
    @Test
    void aStateOfTheFirstFormatIsRead() {
        byte[] bytes = HexFormat.of().parseHex("01" + "e9dc03" + "00" + "02000000" + "01" + "01000101" + "01" + "01" + "000178" + "01" + "02" + "00");

        assertThat(StateCodec.decode("a", 7, bytes, Limits.DEFAULT)).isEqualTo(new ThingState("a", 7,
                new TreeMap<>(Map.of(1L, Ledger.of(128, List.of(new Ledger.Interval(1, 2)), 0))),
                List.of(new Pane(new Pane.Key("x", 60_000, 60_000), 2, new TreeMap<>())), new Progress(61_032, 0, -1, 0), new Tally(2, 0, 0, 0), 0));
    }

    @Test
    void damagedBytesAreRefused() {
        byte[] bytes = StateCodec.encode(randomState(new SplittableRandom(1)));

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatIllegalStateException().isThrownBy(() -> StateCodec.decode("a", 1, cut, Limits.DEFAULT))
                    .withMessageContaining("state of a is damaged");
        }
    }

    /// Format, watermark, forgotten and tally of an unseen thing, then what follows in hex.
    @ParameterizedTest
    @CsvSource({
        "ffffffffffffffffff01, count 18446744073709551615 with 0 bytes left",
        "ffffffffffffffff7f, count 9223372036854775807 with 0 bytes left",
        "020500000500000000, epoch 5 twice",
        "00010001783cffffffffffffffff7f0000, 9223372036854775807 times 60000 ms is out of range",
        "0105000200000000, not ascending",
    })
    void aStateThatOnlyADefectCanHaveWrittenIsRefused(String counts, String reason) {
        byte[] bytes = HexFormat.of().parseHex("02000000000000000000" + counts);

        assertThatIllegalStateException().isThrownBy(() -> StateCodec.decode("a", 1, bytes, Limits.DEFAULT))
                .withMessageContaining("state of a is damaged").withMessageContaining(reason);
    }

    private static ThingState randomState(SplittableRandom random) {
        var ledgers = new TreeMap<Long, Ledger>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            var ledger = new Ledger(Limits.DEFAULT.intervalsMax());
            for (int j = 0; j < random.nextInt(400); j++) {
                ledger.add(1 + random.nextInt(2_000));
            }
            ledgers.put(random.nextLong(1, 1L << 53), ledger);
        }
        List<Pane> panes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long start = i * 60_000L;
            panes.add(new Pane(new Pane.Key("environment", start, 60_000), 1 + random.nextInt(60), new TreeMap<>(Map.of("temperature_c",
                    Aggregate.of(random.nextDouble(), start).merge(Aggregate.of(random.nextDouble(), start + random.nextInt(60_000)))))));
        }
        var tally = new Tally(random.nextLong(1L << 40), random.nextInt(99), random.nextInt(99), random.nextInt(99));
        return new ThingState("a", random.nextInt(99), ledgers, panes,
                new Progress(random.nextLong(1L << 41) - 1, random.nextLong(1L << 41), random.nextLong(1L << 41) - 1, random.nextLong(1L << 41)), tally, random.nextInt(9));
    }
}
