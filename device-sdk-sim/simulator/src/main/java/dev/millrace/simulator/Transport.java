package dev.millrace.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How a fleet's packs come into the stream.
enum Transport {
    /// Over the agents, MQTT and the topic rule, as in earnest.
    mqtt,
    /// Written into the stream as the rule would, to load what is behind it.
    direct;

    int devicesMax() {
        return switch (this) {
            case mqtt -> 10_000;
            case direct -> 100_000;
        };
    }

    /// Options without which there is no such run.
    private List<String> needed() {
        return switch (this) {
            case mqtt -> List.of("--endpoint", "--ca", "--certs", "--rule", "--journal");
            case direct -> List.of("--stream");
        };
    }

    /// Options that have a meaning only here.
    private List<String> others() {
        return switch (this) {
            case mqtt -> List.of("--port", "--delay", "--sync-ms", "--agent");
            case direct -> List.of("--aws-endpoint");
        };
    }

    /// @param given names of the options on the command line
    /// @throws IllegalArgumentException naming options that are missing, or that mean nothing here
    void requireFit(Set<String> given) {
        List<String> missing = needed().stream().filter(option -> !given.contains(option)).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("--transport %s needs %s".formatted(this, String.join(", ", missing)));
        }
        for (Transport other : values()) {
            List<String> foreign = new ArrayList<>(other.needed());
            foreign.addAll(other.others());
            foreign.retainAll(given);
            if (other != this && !foreign.isEmpty()) {
                throw new IllegalArgumentException("%s: for --transport %s only, this is %s".formatted(String.join(", ", foreign), other, this));
            }
        }
    }
}
