package dev.millrace.cdk;

import dev.millrace.events.Names;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the command line says: `[-c key=value]… [--output DIR]`, as the CDK's own command line spells it.
///
/// @param settings context that overrides `cdk.json`, in the order of the arguments
/// @param output   directory of the cloud assembly
record Arguments(Map<String, String> settings, Path output) {
    /// @param defaultOutput directory of the cloud assembly if the arguments name none
    /// @throws ConfigException if an argument is unknown, incomplete or there twice
    static Arguments parse(String[] arguments, Path defaultOutput) {
        Map<String, String> settings = new LinkedHashMap<>();
        Path output = null;
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            String value = i + 1 < arguments.length ? arguments[i + 1] : null;
            switch (name) {
                case "-c" -> addSetting(settings, value);
                case "--output" -> {
                    if (output != null) {
                        throw new ConfigException("--output is there twice: " + Names.shown(value));
                    }
                    output = directory(value);
                }
                default -> throw new ConfigException("unknown argument %s, expected -c key=value or --output DIR".formatted(Names.shown(name)));
            }
        }
        return new Arguments(settings, output == null ? defaultOutput : output);
    }

    private static void addSetting(Map<String, String> settings, String setting) {
        int equals = setting == null ? -1 : setting.indexOf('=');
        if (equals < 1) {
            throw new ConfigException("-c must be followed by key=value: " + Names.shown(setting));
        }
        String key = setting.substring(0, equals);
        if (settings.put(key, setting.substring(equals + 1)) != null) {
            throw new ConfigException("-c %s is there twice: %s".formatted(key, Names.shown(setting)));
        }
    }

    private static Path directory(String value) {
        try {
            if (value != null && !value.isBlank()) {
                return Path.of(value);
            }
        } catch (InvalidPathException e) {
            throw new ConfigException("--output must be followed by a directory: %s: %s".formatted(Names.shown(value), e.getReason()));
        }
        throw new ConfigException("--output must be followed by a directory: " + Names.shown(value));
    }
}
