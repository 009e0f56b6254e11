package dev.millrace.simulator;

import dev.millrace.events.DeviceType;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What a device measures: its signals without what is retired, but nonsense where the plan says so.
final class Sensors {
    private final int device;
    private final FleetPlan plan;
    private final DeviceType type;
    private final Signals signals;
    private final RandomGenerator random;

    Sensors(int device, Profile profile, FleetPlan plan, SplittableRandom random) {
        this.device = device;
        this.plan = plan;
        this.type = profile.type();
        this.signals = profile.signals(random.split());
        this.random = random;
    }

    /// @param slot number of the reading in the plan, from 0
    /// @param at   never before the last one
    SortedMap<String, Double> measure(int slot, Instant at) {
        SortedMap<String, Double> measures = signals.next(at);
        measures.keySet().removeIf(name -> type.measure(name).filter(DeviceType.Measure::isRetired).isPresent());
        if (plan.isOutOfRange(device, slot)) {
            bend(measures);
        }
        return measures;
    }

    /// A sensor that has gone wrong: one measure far over what is possible.
    private void bend(SortedMap<String, Double> measures) {
        List<DeviceType.Measure> inUse = type.measuresInUse();
        DeviceType.Measure measure = inUse.get(random.nextInt(inUse.size()));
        measures.put(measure.name(), Signals.rounded(measure.max() + random.nextDouble(1, 1_000), 1));
    }
}
