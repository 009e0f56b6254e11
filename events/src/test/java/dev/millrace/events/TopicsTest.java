package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void telemetryGoesStraightToTheRule() {
        assertThat(Topics.telemetry("millrace_telemetry", "truck-1", "truck")).isEqualTo("$aws/rules/millrace_telemetry/dt/truck-1/truck");
    }

    @Test
    void aNoticeGoesToItsOwnRuleInTheFormOfTelemetry() {
        assertThat(Topics.lost("millrace_notices", "truck-1")).isEqualTo("$aws/rules/millrace_notices/dt/truck-1/lost");
    }

    @Test
    void aThingThatWouldAddATopicLevelIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.telemetry("rule", "a/b", "truck")).withMessageContaining("'a/b'");
    }
}
