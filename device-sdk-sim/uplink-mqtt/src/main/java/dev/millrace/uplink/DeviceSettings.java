package dev.millrace.uplink;

import dev.millrace.agent.AgentSettings;
import dev.millrace.agent.SettingsText;
import dev.millrace.events.PackCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Everything that a device with an agent and an MQTT uplink is told, checked once at the start.
///
/// @param journal          folder of this device alone
/// @param format           of the packs
/// @param samplingInterval how often the program reads its sensors, unless the cloud says otherwise; see [DeviceConfig]
public record DeviceSettings(MqttSettings mqtt, AgentSettings agent, Path journal, Format format, Duration samplingInterval) {
    public DeviceSettings {
        DeviceConfig _ = DeviceConfig.of(samplingInterval, agent);
    }

    /// In which format packs are sent.
    public enum Format {
        JSON, PROTOBUF;

        /// What writes it.
        public PackCodec codec() {
            return switch (this) {
                case JSON -> PackCodec.jsonV1();
                case PROTOBUF -> PackCodec.protobufV1();
            };
        }
    }

    /// Reads a properties file and flags `--key=value`, which go before it. Keys are the names of the components of
    /// [MqttSettings] and [AgentSettings], `journal`, `format` and `samplingInterval`; docs/device-guide.md has them in a table.
    ///
    /// @throws IOException              if the file cannot be read
    /// @throws IllegalArgumentException for a wrong, a missing or an unknown setting, naming the file, the key, what was
    ///                                  expected and what came
    public static DeviceSettings read(Path file, List<String> flags) throws IOException {
        try {
            SettingsText text = SettingsText.read(file, flags);
            Format format = text.choice("format", Format.JSON);
            var settings = new DeviceSettings(MqttSettings.from(text, format.codec()), AgentSettings.from(text, AgentSettings.defaults()),
                    Path.of(text.text("journal")), format, text.duration("samplingInterval", DeviceConfig.SAMPLING_INTERVAL));
            text.requireNoOthers();
            return settings;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
