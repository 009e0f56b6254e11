package dev.millrace.uplink;

import dev.millrace.agent.AgentSettings;
import dev.millrace.agent.SettingsText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The settings that the cloud may change while a device runs, by its named shadow `config`. Names, forms and ranges are those of
/// the settings file.
///
/// @param samplingInterval      how often the program reads its sensors, 10 ms to 1 day
/// @param packBytesMax          see [AgentSettings]
/// @param linger                see [AgentSettings]
/// @param backlogPacksPerSecond see [AgentSettings]
public record DeviceConfig(Duration samplingInterval, int packBytesMax, Duration linger, int backlogPacksPerSecond) {
    /// The shadow's name.
    public static final String SHADOW = "config";
    static final Duration SAMPLING_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SAMPLING_MIN = Duration.ofMillis(10);
    private static final Duration SAMPLING_MAX = Duration.ofDays(1);

    public DeviceConfig {
        if (samplingInterval.compareTo(SAMPLING_MIN) < 0 || samplingInterval.compareTo(SAMPLING_MAX) > 0) {
            throw new IllegalArgumentException("samplingInterval not in %s..%s: %s".formatted(SAMPLING_MIN, SAMPLING_MAX, samplingInterval));
        }
        AgentSettings _ = AgentSettings.defaults().withPackBytesMax(packBytesMax).withLinger(linger).withBacklogPacksPerSecond(backlogPacksPerSecond);
    }

    static DeviceConfig of(Duration samplingInterval, AgentSettings agent) {
        return new DeviceConfig(samplingInterval, agent.packBytesMax(), agent.linger(), agent.backlogPacksPerSecond());
    }

    /// @throws IllegalArgumentException naming the key, what was expected and what came
    static DeviceConfig from(SettingsText text, DeviceConfig otherwise) {
        return new DeviceConfig(text.duration("samplingInterval", otherwise.samplingInterval), text.integer("packBytesMax", otherwise.packBytesMax),
                text.duration("linger", otherwise.linger), text.integer("backlogPacksPerSecond", otherwise.backlogPacksPerSecond));
    }

    /// As the shadow reports it.
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("samplingInterval", written(samplingInterval));
        values.put("packBytesMax", (long) packBytesMax);
        values.put("linger", written(linger));
        values.put("backlogPacksPerSecond", (long) backlogPacksPerSecond);
        return values;
    }

    private static String written(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
