package dev.millrace.simulator;

import dev.millrace.events.DeviceType;
import java.time.Duration;

/// What befalls a fleet besides what its links do to packs. Errors name the option of the command line.
///
/// @param outage     share of the devices that have no network for a third of the run, from a random moment on, 0 to 1
/// @param reboot     share of the devices that lose power once, for some seconds, and start again from their journals, 0 to 1
/// @param diskLosses devices that lose power and their journal with it
/// @param skewMax    how far a device's clock is off at most, either way
record Mishaps(double outage, double reboot, int diskLosses, Duration skewMax) {
    static final Mishaps NONE = new Mishaps(0, 0, 0, Duration.ZERO);

    Mishaps {
        Options.requireRatio("--outage", outage);
        Options.requireRatio("--reboot", reboot);
    }

    /// @throws IllegalArgumentException if there are fewer devices than disks to lose, or if readings would come from the future,
    ///                                  which the pipeline takes for wrong
    void requireFit(int devices, DeviceType type) {
        Options.requireIn("--disk-losses", diskLosses, 0, devices);
        Options.requireIn("--skew-ms", skewMax.toMillis(), 0, type.maxSkew().toMillis());
    }
}
