package dev.millrace.simulator;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What will happen when in a run, decided by the seed before it begins.
final class FleetPlan {
    private final SimulationSettings settings;
    private final List<BitSet> outOfRange = new ArrayList<>();
    private final List<Injection> injections = new ArrayList<>();

    FleetPlan(SimulationSettings settings, long startMillis) {
        this.settings = settings;
        RandomGenerator random = new SplittableRandom(settings.seed());
        for (int device = 0; device < settings.devices(); device++) {
            outOfRange.add(new BitSet());
        }
        for (int left = settings.outOfRange(); left > 0;) {
            int device = random.nextInt(settings.devices());
            int slot = random.nextInt(slots(device));
            if (!outOfRange.get(device).get(slot)) {
                outOfRange.get(device).set(slot);
                left--;
            }
        }
        var payloads = new WrongPayloads(random, settings.profile(), settings.format().codec(), startMillis);
        for (int number = 1; number <= settings.malformed(); number++) {
            int device = random.nextInt(settings.devices());
            injections.add(new Injection(due(random), device, WrongPayloads.reasonOfMalformed(number), payloads.malformed(thing(device), number)));
        }
        for (int number = 1; number <= settings.spoofed(); number++) {
            int device = random.nextInt(settings.devices());
            int other = (device + random.nextInt(1, settings.devices())) % settings.devices();
            injections.add(new Injection(due(random), device, Injection.Reason.spoofed, payloads.spoofed(thing(other), number)));
        }
        injections.sort(Comparator.comparingLong(Injection::dueMillis));
    }

    private long due(RandomGenerator random) {
        return random.nextLong(settings.runMillis());
    }

    private String thing(int device) {
        return settings.profile().thing(device + 1);
    }

    /// When a device takes its reading number `slot` (from 0), in milliseconds since the start: spread over the interval,
    /// so that a fleet does not measure in step.
    long takeMillis(int device, int slot) {
        return settings.intervalMillis() * device / settings.devices() + settings.intervalMillis() * slot;
    }

    /// How many readings a device takes in the run.
    int slots(int device) {
        long left = settings.runMillis() - takeMillis(device, 0);
        return (int) Math.max(0, (left + settings.intervalMillis() - 1) / settings.intervalMillis());
    }

    boolean isOutOfRange(int device, int slot) {
        return outOfRange.get(device).get(slot);
    }

    /// In the order of their due times.
    List<Injection> injections() {
        return List.copyOf(injections);
    }
}
