package dev.millrace.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.agent.AgentSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigStateTest {
    private static final DeviceConfig STARTED = DeviceConfig.of(Duration.ofSeconds(1), AgentSettings.defaults());
    private static final Map<String, Object> AS_STARTED = Map.of("samplingInterval", "1s", "packBytesMax", 4_700L, "linger", "2s", "backlogPacksPerSecond", 5L,
            "error", "");
    private final List<DeviceConfig> applied = new ArrayList<>();
    private final ConfigState state = new ConfigState(STARTED, applied::add);

    private static Map<String, Object> asStartedBut(Map<String, Object> others) {
        Map<String, Object> values = new HashMap<>(AS_STARTED);
        values.putAll(others);
        return values;
    }

    @Test
    void whatIsDesiredIsAppliedOnceAndReportedOnceInItsOwnWords() {
        // as the SDK reads it
        Map<String, Object> desired = Map.of("linger", "500ms", "packBytesMax", 4_000.0, "samplingInterval", "1m");
        Map<String, Object> report = state.settle(1, desired, null).orElseThrow();

        assertThat(applied).containsExactly(new DeviceConfig(Duration.ofMinutes(1), 4_000, Duration.ofMillis(500), 5));
        assertThat(report).isEqualTo(asStartedBut(Map.of("linger", "500ms", "packBytesMax", 4_000L, "samplingInterval", "1m")));
        assertThat(state.settle(2, desired, report)).isEmpty();
        assertThat(applied).hasSize(1);
    }

    @Test
    void whatIsNotDesiredAnyMoreIsAsAtTheStart() {
        state.settle(1, Map.of("linger", "30s", "packBytesMax", 4_000.0), null);
        assertThat(state.settle(2, Map.of("linger", "30s"), null)).contains(asStartedBut(Map.of("linger", "30s")));
        assertThat(state.settleWithout()).contains(AS_STARTED);

        assertThat(applied.getLast()).isEqualTo(STARTED);
        assertThat(state.settle(1, Map.of("linger", "9s"), null)).as("a new shadow may count anew").isPresent();
    }

    @Test
    void aDocumentThatComesLateUndoesNothing() {
        state.settle(7, Map.of("linger", "30s"), null);

        assertThat(state.settle(6, Map.of("linger", "5s"), null)).isEmpty();
        assertThat(applied).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            linger               | soon | linger: expected a time such as 500ms, 2s, 10m, 1h or 7d, came 'soon'
            linger               | 2h   | linger not in
            packBytesMax         | 100  | packBytesMax not in 256..131072: 100
            linger               | -1s  | linger: expected a time such as
            backlogPacksPerSecond| 90   | backlogPacksPerSecond not in 1..75: 90
            lingr                | 2s   | lingr: expected one of [backlogPacksPerSecond, linger, packBytesMax, samplingInterval]
            """)
    void ofWrongWishesNoneIsAppliedAndTheReasonIsReported(String key, String value, String error) {
        state.settle(1, Map.of("samplingInterval", "5s"), null);
        Map<String, Object> report = state.settle(2, Map.of("samplingInterval", "7s", key, value), null).orElseThrow();

        assertThat(applied).hasSize(1);
        assertThat(report.get("error").toString()).startsWith(error);
        assertThat(report).containsEntry("samplingInterval", "5s").containsEntry("linger", "2s");
        assertThat(state.settle(3, Map.of("samplingInterval", "7s", key, value), report)).as("or it would report for ever").isEmpty();
        assertThat(state.settle(4, Map.of("samplingInterval", "7s"), report)).as("mended").contains(asStartedBut(Map.of("samplingInterval", "7s")));
    }

    @Test
    void aWishThatIsNoScalarIsWrong() {
        assertThat(state.settle(1, Map.of("linger", Map.of("s", 2)), null).orElseThrow()).containsEntry("error", "linger: expected a text or a number, came {s=2}");
    }
}
