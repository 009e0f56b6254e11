package dev.millrace.example;

import static java.lang.System.Logger.Level.WARNING;

import dev.millrace.uplink.ConnectedAgent;
import dev.millrace.uplink.DeviceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program that reads a sensor as often as its settings say. docs/device-guide.md shows it; the build compiles it.
final class Thermometer {
    private static final System.Logger LOG = System.getLogger("thermometer");

    private Thermometer() {
    }

    public static void main(String[] flags) throws Exception {
        DeviceSettings settings = DeviceSettings.read(Path.of("/etc/millrace/device.properties"), List.of(flags));
        try (ConnectedAgent agent = ConnectedAgent.start(settings, line -> LOG.log(WARNING, line))) {
            while (!Thread.interrupted()) {
                String milliDegrees = Files.readString(Path.of("/sys/class/thermal/thermal_zone0/temp"));
                agent.take(Map.of("temperature_c", Integer.parseInt(milliDegrees.strip()) / 1_000.0));
                Thread.sleep(agent.samplingInterval());
            }
        }
    }
}
