package dev.millrace.uplink;

import dev.millrace.agent.SettingsText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a device makes of the documents of its shadow `config`, and what it reports. All that is desired holds or none of it:
/// a wrong value is reported under `error`, and what held before goes on. What is not desired is as at the start.
final class ConfigState {
    static final String ERROR = "error";

    private final DeviceConfig started;
    private final Consumer<DeviceConfig> apply;
    private DeviceConfig current;
    private int lastVersion;

    /// @param apply hears of each change; must return at once
    ConfigState(DeviceConfig started, Consumer<DeviceConfig> apply) {
        this.started = started;
        this.apply = apply;
        this.current = started;
    }

    /// Takes what the cloud has now; documents that come late, after newer ones, are not looked at.
    ///
    /// @param version  of the document
    /// @param desired  null for nothing
    /// @param reported null for nothing
    /// @return what to report; empty if that stands there already
    synchronized Optional<Map<String, Object>> settle(int version, Map<String, Object> desired, Map<String, Object> reported) {
        if (version < lastVersion) {
            return Optional.empty();
        }
        lastVersion = version;
        Map<String, Object> report = report(desired == null ? Map.of() : plain(desired));
        Map<String, Object> known = reported == null ? Map.of() : plain(reported);
        return known.entrySet().containsAll(report.entrySet()) ? Optional.empty() : Optional.of(report);
    }

    /// There is no such shadow.
    synchronized Optional<Map<String, Object>> settleWithout() {
        lastVersion = 0;
        return settle(0, null, null);
    }

    private Map<String, Object> report(Map<String, Object> desired) {
        // not null: the SDK leaves out what is null, and the error of yesterday would stay
        String error = "";
        Map<String, Object> report;
        try {
            DeviceConfig wanted = read(desired);
            if (!wanted.equals(current)) {
                current = wanted;
                apply.accept(wanted);
            }
            report = current.values();
            // in the words of whoever wishes it, or it would differ for ever
            report.putAll(desired);
        } catch (IllegalArgumentException e) {
            error = e.getMessage();
            report = current.values();
        }
        report.put(ERROR, error);
        return report;
    }

    private DeviceConfig read(Map<String, Object> desired) {
        Map<String, String> texts = new HashMap<>();
        desired.forEach((key, value) -> {
            if (!(value instanceof String || value instanceof Number)) {
                throw new IllegalArgumentException("%s: expected a text or a number, came %s".formatted(key, value));
            }
            texts.put(key, value.toString());
        });
        SettingsText text = SettingsText.of(texts);
        DeviceConfig wanted = DeviceConfig.from(text, started);
        text.requireNoOthers();
        return wanted;
    }

    /// The SDK gives every number as a double; in JSON a whole one is to stay whole.
    private static Map<String, Object> plain(Map<String, Object> values) {
        Map<String, Object> plain = new HashMap<>();
        values.forEach((key, value) -> plain.put(key, value instanceof Double number && number == number.longValue() ? (Object) number.longValue() : value));
        return plain;
    }
}
