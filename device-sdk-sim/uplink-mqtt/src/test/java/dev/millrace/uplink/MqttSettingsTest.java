package dev.millrace.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.events.PackCodec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttSettingsTest {
    private static final Path PEM = Path.of("some.pem");

    private static MqttSettings settings(String endpoint, int port, String thing, String rule) {
        return MqttSettings.of(endpoint, port, thing, "truck", rule, PEM, PEM, PEM, PackCodec.jsonV1());
    }

    private static MqttSettings timed(Duration keepAlive, Duration session, Duration ack, Duration reconnectMin, Duration reconnectMax) {
        return new MqttSettings("localhost", 8883, "truck-1", "truck", "rule", PEM, PEM, PEM, "application/json", keepAlive, session, ack,
                reconnectMin, reconnectMax, "");
    }

    @Test
    void packsGoStraightToTheRuleUnderTheThingsName() {
        MqttSettings settings = settings("localhost", 8883, "truck-00042", "millrace_telemetry");

        assertThat(settings.topic()).isEqualTo("$aws/rules/millrace_telemetry/dt/truck-00042/truck");
        assertThat(settings.contentType()).isEqualTo("application/json");
        assertThat(settings.keepAlive()).isEqualTo(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://host | 8883  | truck-1 | rule   | endpoint must match
            localhost    | 0     | truck-1 | rule   | port not in 1..65535: 0
            localhost    | 65536 | truck-1 | rule   | port not in 1..65535: 65536
            localhost    | 8883  | a/b     | rule   | thing name must match
            localhost    | 8883  | truck-1 | a-rule | rule must match
            localhost    | 8883  | truck-1 | a/rule | rule must match
            """)
    void aWrongNameIsRefused(String endpoint, int port, String thing, String rule, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(endpoint, port, thing, rule)).withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PT29S   | PT1H     | PT30S  | PT1S   | PT2M   | keepAlive not in PT30S..PT20M: PT29S
            PT1201S | PT1H     | PT30S  | PT1S   | PT2M   | keepAlive not in PT30S..PT20M: PT20M1S
            PT60S   | PT0S     | PT30S  | PT1S   | PT2M   | sessionExpiry not in
            PT60S   | PT168H1S | PT30S  | PT1S   | PT2M   | sessionExpiry not in
            PT60S   | PT1H     | PT0.5S | PT1S   | PT2M   | ackTimeout not in
            PT60S   | PT1H     | PT30S  | PT0.9S | PT2M   | reconnectMin not in
            PT60S   | PT1H     | PT30S  | PT10S  | PT9S   | reconnectMax not in PT10S..PT1H: PT9S
            """)
    void aWrongTimeIsRefused(Duration keepAlive, Duration session, Duration ack, Duration min, Duration max, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> timed(keepAlive, session, ack, min, max)).withMessageContaining(message);
    }

    @Test
    void theLongestNamesStillFitTheTopicQuota() {
        MqttSettings settings = MqttSettings.of("localhost", 8883, "t".repeat(128), "d".repeat(64), "r".repeat(128), PEM, PEM, PEM,
                PackCodec.jsonV1());

        assertThat(settings.topic()).endsWith("d".repeat(64));
    }
}
