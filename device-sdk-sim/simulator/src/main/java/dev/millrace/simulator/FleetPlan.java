package dev.millrace.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// What will happen when in a run, decided by the seed before it begins.
final class FleetPlan {
    private static final int OUTAGE_PART = 3;
    private static final long POWER_CUT_MILLIS_MIN = 1_000;
    private static final long POWER_CUT_MILLIS_MAX = 10_000;

    private final SimulationSettings settings;
    private final List<BitSet> outOfRange = new ArrayList<>();
    private final List<Injection> injections = new ArrayList<>();
    private final Map<Integer, Spell> outages = new HashMap<>();
    private final Map<Integer, Spell> powerCuts = new HashMap<>();
    private final BitSet losesDisk = new BitSet();
    private final long[] skewMillis;

    /// @param toMillis not included
    private record Spell(long fromMillis, long toMillis) {
        boolean holds(long millis) {
            return millis >= fromMillis && millis < toMillis;
        }
    }

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
        planMishaps(random, settings.mishaps());
        long skewMax = settings.mishaps().skewMax().toMillis();
        skewMillis = random.longs(settings.devices(), -skewMax, skewMax + 1).toArray();
    }

    private void planMishaps(RandomGenerator random, Mishaps mishaps) {
        long run = settings.runMillis();
        for (int device : chosen(random, shareOfDevices(mishaps.outage()))) {
            outages.put(device, spell(random, run / OUTAGE_PART));
        }
        for (int device : chosen(random, mishaps.diskLosses())) {
            losesDisk.set(device);
        }
        List<Integer> rebooting = new ArrayList<>(chosen(random, shareOfDevices(mishaps.reboot())));
        losesDisk.stream().filter(device -> !rebooting.contains(device)).forEach(rebooting::add);
        for (int device : rebooting) {
            powerCuts.put(device, spell(random, Math.min(run / OUTAGE_PART, random.nextLong(POWER_CUT_MILLIS_MIN, POWER_CUT_MILLIS_MAX))));
        }
    }

    private int shareOfDevices(double share) {
        return (int) Math.round(share * settings.devices());
    }

    private List<Integer> chosen(RandomGenerator random, int devices) {
        List<Integer> all = new ArrayList<>(IntStream.range(0, settings.devices()).boxed().toList());
        Collections.shuffle(all, random);
        return all.subList(0, devices);
    }

    /// Ends within the run.
    private Spell spell(RandomGenerator random, long lengthMillis) {
        long fromMillis = random.nextLong(settings.runMillis() - lengthMillis);
        return new Spell(fromMillis, fromMillis + lengthMillis);
    }

    /// Whether a device has no network.
    boolean isCutOff(int device, long runningMillis) {
        return outages.containsKey(device) && outages.get(device).holds(runningMillis);
    }

    /// Whether a device has no power. It takes no readings then.
    boolean isOff(int device, long runningMillis) {
        return powerCuts.containsKey(device) && powerCuts.get(device).holds(runningMillis);
    }

    /// Whether the journal goes with the power.
    boolean losesDisk(int device) {
        return losesDisk.get(device);
    }

    /// How far a device's clock is ahead.
    Duration skew(int device) {
        return Duration.ofMillis(skewMillis[device]);
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
