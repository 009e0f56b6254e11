package dev.millrace.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.agent.AgentSettings;
import dev.millrace.events.PackCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSettingsTest {
    private static final String NEEDED = """
            endpoint = example-ats.iot.eu-west-1.amazonaws.com
            thing = truck-1
            type = truck
            rule = millrace_dev_telemetry
            caFile = /etc/millrace/ca.pem
            certFile = /etc/millrace/cert.pem
            keyFile = /etc/millrace/key.pem
            journal = /var/lib/millrace
            """;

    @TempDir
    private Path folder;

    private DeviceSettings read(String text, String... flags) throws IOException {
        return DeviceSettings.read(Files.writeString(folder.resolve("device.properties"), text), List.of(flags));
    }

    @Test
    void whatIsNeededIsEnough() throws IOException {
        MqttSettings mqtt = MqttSettings.of("example-ats.iot.eu-west-1.amazonaws.com", 8883, "truck-1", "truck", "millrace_dev_telemetry",
                Path.of("/etc/millrace/ca.pem"), Path.of("/etc/millrace/cert.pem"), Path.of("/etc/millrace/key.pem"), PackCodec.jsonV1());

        assertThat(read(NEEDED)).isEqualTo(new DeviceSettings(mqtt, AgentSettings.defaults(), Path.of("/var/lib/millrace"), DeviceSettings.Format.JSON, Duration.ofSeconds(1)));
    }

    @Test
    void aFlagGoesBeforeTheFile() throws IOException {
        DeviceSettings settings = read(NEEDED + "linger = 5s\nport = 443\n", "--linger=1s", "--keepAlive=5m", "--format=protobuf");

        assertThat(settings.agent().linger()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.mqtt().port()).isEqualTo(443);
        assertThat(settings.mqtt().keepAlive()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.mqtt().contentType()).isEqualTo(PackCodec.protobufV1().contentType());
    }

    @Test
    void whatIsMissingWrongOrUnknownIsNamedWithTheFile() {
        String file = folder.resolve("device.properties").toString();
        assertThatIllegalArgumentException().isThrownBy(() -> read(NEEDED.replace("thing = truck-1", "")))
                .withMessage(file + ": thing: expected a value, came nothing");
        assertThatIllegalArgumentException().isThrownBy(() -> read(NEEDED, "--keepAlive=10s"))
                .withMessage(file + ": keepAlive not in PT30S..PT20M: PT10S");
        assertThatIllegalArgumentException().isThrownBy(() -> read(NEEDED + "retries = 3")).withMessageStartingWith(file + ": retries: expected one of [");
        assertThatIllegalArgumentException().isThrownBy(() -> read(NEEDED, "linger=1s")).withMessage(file + ": expected --key=value, came linger=1s");
        assertThatThrownBy(() -> DeviceSettings.read(folder.resolve("none"), List.of())).isInstanceOf(NoSuchFileException.class);
    }
}
