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
            255    | PT2S  | 10  | PT45S | PT1S | PT60S | PT30S | 100    | 5  | packBytesMax not in 256..131072: 255
            131073 | PT2S  | 10  | PT45S | PT1S | PT60S | PT30S | 100    | 5  | packBytesMax not in 256..131072: 131073
            4700   | PT-1S | 10  | PT45S | PT1S | PT60S | PT30S | 100    | 5  | linger not in PT0S..PT1H: PT-1S
            4700   | PT2S  | 0   | PT45S | PT1S | PT60S | PT30S | 100    | 5  | inFlightPacksMax not in 1..100: 0
            4700   | PT2S  | 101 | PT45S | PT1S | PT60S | PT30S | 100    | 5  | inFlightPacksMax not in 1..100: 101
            4700   | PT2S  | 10  | PT0S  | PT1S | PT60S | PT30S | 100    | 5  | answerTimeout not over 0 and up to PT24H: PT0S
            4700   | PT2S  | 10  | PT45S | PT0S | PT60S | PT30S | 100    | 5  | backoffMin not over 0 and up to PT24H: PT0S
            4700   | PT2S  | 10  | PT45S | PT2S | PT1S  | PT30S | 100    | 5  | backoffMax PT1S is under backoffMin PT2S
            4700   | PT2S  | 10  | PT45S | PT1S | PT60S | PT0S  | 100    | 5  | liveSpan not in PT1S..PT1H: PT0S
            4700   | PT2S  | 10  | PT45S | PT1S | PT60S | PT30S | 0      | 5  | liveReadingsMax not in 1..100000: 0
            4700   | PT2S  | 10  | PT45S | PT1S | PT60S | PT30S | 100    | 76 | backlogPacksPerSecond not in 1..75: 76
            """)
    void aWrongSettingIsRefusedByName(int packBytes, Duration linger, int inFlight, Duration answer, Duration backoffMin, Duration backoffMax,
            Duration liveSpan, int live, int backlogRate, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> new AgentSettings(packBytes, linger, inFlight, answer, backoffMin, backoffMax,
                liveSpan, live, backlogRate, JournalSettings.defaults())).withMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4095    | 268435456 | P90D | 16777216 | P7D  | segmentBytesMax not in 4096..67108864: 4095
            1048576 | 2097151   | P90D | 16777216 | P7D  | bytesMax not in 2097152..1099511627776: 2097151
            1048576 | 2097152   | PT1M | 16777216 | P7D  | ageMax not in PT1H..PT87600H: PT1M
            1048576 | 2097152   | P90D | -1       | P7D  | retainedBytesMax not in 0..1099511627776: -1
            1048576 | 2097152   | P90D | 0        | -P1D | retainedAgeMax not in PT0S..PT87600H: PT-24H
            """)
    void aWrongSettingOfTheJournalIsRefusedByName(int segmentBytes, long bytes, Duration age, long retainedBytes, Duration retainedAge,
            String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> new JournalSettings(new SyncPolicy.EachAppend(), segmentBytes, bytes,
                JournalSettings.WhenFull.REJECT_NEW, age, retainedBytes, retainedAge)).withMessage(message);
    }

    @Test
    void aCountOfOneIsRefusedBecauseThatIsEachAppend() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SyncPolicy.ByCount(1)).withMessage("readings not in 2..100000: 1");
    }

    @Test
    void anIntervalOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SyncPolicy.ByInterval(Duration.ZERO));
    }
}
