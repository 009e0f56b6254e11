package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentSettingsTest {
    @Test
    void theDefaultPackLeavesRoomForTheTopicInOneMeteringStep() {
        assertThat(AgentSettings.defaults().packBytesMax() + 256 + "application/json".length()).isLessThanOrEqualTo(5_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            255    | PT2S  | 10  | PT45S | PT1S | PT60S | 100 | 1048576 | packBytesMax not in 256..131072: 255
            131073 | PT2S  | 10  | PT45S | PT1S | PT60S | 100 | 1048576 | packBytesMax not in 256..131072: 131073
            4700   | PT-1S | 10  | PT45S | PT1S | PT60S | 100 | 1048576 | linger not in PT0S..PT1H: PT-1S
            4700   | PT2S  | 0   | PT45S | PT1S | PT60S | 100 | 1048576 | inFlightPacksMax not in 1..100: 0
            4700   | PT2S  | 101 | PT45S | PT1S | PT60S | 100 | 1048576 | inFlightPacksMax not in 1..100: 101
            4700   | PT2S  | 10  | PT0S  | PT1S | PT60S | 100 | 1048576 | answerTimeout not over 0 and up to PT24H: PT0S
            4700   | PT2S  | 10  | PT45S | PT0S | PT60S | 100 | 1048576 | backoffMin not over 0 and up to PT24H: PT0S
            4700   | PT2S  | 10  | PT45S | PT2S | PT1S  | 100 | 1048576 | backoffMax PT1S is under backoffMin PT2S
            4700   | PT2S  | 10  | PT45S | PT1S | PT60S | 0   | 1048576 | backlogReadingsMax not in 1..1000000: 0
            4700   | PT2S  | 10  | PT45S | PT1S | PT60S | 100 | 4095    | segmentBytesMax not in 4096..67108864: 4095
            """)
    void aWrongSettingIsRefusedByName(int packBytes, Duration linger, int inFlight, Duration answer, Duration backoffMin, Duration backoffMax,
            int backlog, int segmentBytes, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentSettings(packBytes, linger, inFlight, answer, backoffMin, backoffMax,
                backlog, new SyncPolicy.EachAppend(), segmentBytes)).withMessage(message);
    }

    @Test
    void anIntervalOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SyncPolicy.ByInterval(Duration.ZERO));
    }
}
