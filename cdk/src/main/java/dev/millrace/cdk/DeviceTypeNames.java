package dev.millrace.cdk;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Names;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The setting that says which of the shipped device types get tables, as `truck,machine`.
final class DeviceTypeNames {
    static final String KEY = "deviceTypes";

    private DeviceTypeNames() {
    }

    /// @throws ConfigException if it is missing; [#check] is for the names
    static List<String> read(Map<String, ?> context) {
        if (context.get(KEY) instanceof String text) {
            return List.of(text.split(",", -1));
        }
        throw wrong(context.get(KEY));
    }

    static void check(List<String> names) {
        if (names.isEmpty() || !shipped().containsAll(names) || Set.copyOf(names).size() < names.size()) {
            throw wrong(String.join(",", names));
        }
    }

    /// In the order in which they are shipped.
    static List<DeviceType> types(List<String> names) {
        return DeviceTypes.shipped().all().stream().filter(type -> names.contains(type.name())).toList();
    }

    private static List<String> shipped() {
        return DeviceTypes.shipped().all().stream().map(DeviceType::name).toList();
    }

    private static ConfigException wrong(Object value) {
        return new ConfigException("%s must be some of %s, each once: %s".formatted(KEY, String.join(",", shipped()), Names.shown(value == null ? null : value.toString())));
    }
}
