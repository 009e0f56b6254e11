package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.pipeline.Ledger;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LakeStateCodecTest {
    private static LakeState state() {
        var state = new LakeState();
        state.setGeneration(7);
        state.setCompleteToMillis(1_795_000_000_000L);
        state.setFinalBefore("arrival_date=2026-11-20/arrival_hour=03/");
        state.consumed().addAll(List.of("arrival_date=2026-11-20/arrival_hour=03/a.parquet", "arrival_date=2026-11-21/arrival_hour=00/b.parquet"));
        state.lastConsumed().add("arrival_date=2026-11-21/arrival_hour=00/b.parquet");
        state.ledgersOf("truck-1").put(1L, LakeState.ledgerOf(List.of(new Ledger.Interval(1, 5), new Ledger.Interval(9, 1L << 50))));
        state.ledgersOf("truck-1").put(2L, LakeState.emptyLedger());
        state.panes().put("truck-2", LakeState.ledgerOf(List.of(new Ledger.Interval(29_900_000, 29_900_004))));
        return state;
    }

    @Test
    void aStateIsReadAsItWasWritten() throws IOException {
        LakeState read = LakeStateCodec.decode("a.state", LakeStateCodec.encode(state()));

        assertThat(read).usingRecursiveComparison().isEqualTo(state());
        assertThat(LakeStateCodec.encode(read)).isEqualTo(LakeStateCodec.encode(state()));
    }

    @Test
    void nothingButAWholeUnchangedStateIsOne() {
        byte[] bytes = LakeStateCodec.encode(state());

        assertRefused(new byte[3], "a.state is not the state of a table: 3 bytes");
        assertRefused("PAR1 and so on".getBytes(java.nio.charset.StandardCharsets.UTF_8), "a.state is not the state of a table: it begins with 50415231");
        for (int i = 0; i < bytes.length; i++) {
            byte[] bent = bytes.clone();
            bent[i] ^= 0x10;
            try {
                // zstd's frame has bits that mean nothing
                assertThat(LakeStateCodec.decode("a.state", bent)).as("byte %d", i).usingRecursiveComparison().isEqualTo(state());
            } catch (IOException e) {
                assertThat(e).as("byte %d", i).hasMessageStartingWith("a.state ");
            }
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(IOException.class).as("%d bytes", length).isThrownBy(() -> LakeStateCodec.decode("a.state", cut));
        }
    }

    private static void assertRefused(byte[] bytes, String message) {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> LakeStateCodec.decode("a.state", bytes)).withMessage(message);
    }
}
