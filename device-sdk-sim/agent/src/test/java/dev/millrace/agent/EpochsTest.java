package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ReadingId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochsTest {
    @ParameterizedTest
    @ValueSource(strings = {"1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-11-23T00:00:00Z", "2242-03-16T12:56:32Z", "9999-01-01T00:00:00Z"})
    void anEpochIsAnEpochWhateverTheClockSays(String instant) {
        var random = new SplittableRandom(5);
        for (int i = 0; i < 1_000; i++) {
            long epoch = Epochs.next(InstantSource.fixed(Instant.parse(instant)), random, Set.of());
            assertThat(epoch).isBetween(1L, ReadingId.EPOCH_MAX);
        }
    }

    @Test
    void aKnownEpochIsNotChosenAgain() {
        InstantSource stuck = InstantSource.fixed(Instant.EPOCH);
        Set<Long> known = new HashSet<>();
        known.add(Epochs.next(stuck, new SplittableRandom(7), Set.of()));

        assertThat(known).doesNotContain(Epochs.next(stuck, new SplittableRandom(7), known));
    }
}
