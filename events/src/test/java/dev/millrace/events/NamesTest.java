package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource({"PT30S, pane_30s", "PT1M, pane_1m", "PT90S, pane_90s", "PT5M, pane_5m", "PT2H, pane_2h", "P1D, pane_24h"})
    void aPaneIsNamedByItsLengthInTheLargestWholeUnit(Duration length, String name) {
        assertThat(Names.pane(length)).isEqualTo(name);
    }
}
