package dev.millrace.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A machine tool that works around the clock: its load comes and goes with the workpieces, and power, rotation and heat
/// with the load. It wears while it turns, so vibration and temperature creep up, until it is serviced and as good as new.
/// Vibration goes from zone A of ISO 20816 to the border of zone D.
final class MachineSignals implements Signals {
    /// So finely is followed what happens between two readings.
    private static final double STEP_SECONDS_MAX = 10;
    private static final double LOAD_SECONDS = 3;
    private static final double SPIN_UP_SECONDS = 10;
    private static final double WARM_UP_SECONDS = 900;
    private static final double SLIP = 0.02;
    private static final double STOP_PROBABILITY = 0.03;
    private static final double STANDBY_POWER = 0.02;
    private static final double IDLE_POWER = 0.15;
    private static final double WEAR_POWER = 0.06;
    private static final double WARMER_BY_POWER_C = 45;
    private static final double WARMER_BY_WEAR_C = 18;
    private static final double SHAKEN_BY_NEIGHBOURS_MM_S = 0.05;
    private static final double VIBRATION_NEW_MM_S = 0.9;
    private static final double VIBRATION_BY_LOAD = 0.3;
    private static final double VIBRATION_BY_WEAR_MM_S = 3.2;

    private enum Phase {
        producing, idling, standing, serviced
    }

    private final RandomGenerator random;
    private final double ratedKw;
    private final double ratedRpm;
    private final double roomC;
    private final double serviceHours;
    private Phase phase = Phase.producing;
    private double phaseSecondsLeft;
    private double targetLoad;
    /// Share of what it is rated for, as the rotation.
    private double load;
    private double rotation = 1;
    private double temperatureC;
    private double runningHours;
    private double hoursSinceService;
    private Instant last;

    MachineSignals(RandomGenerator random) {
        this.random = random;
        ratedKw = random.nextDouble(7, 90);
        ratedRpm = random.nextDouble(900, 3_000);
        roomC = random.nextDouble(16, 28);
        serviceHours = random.nextDouble(150, 400);
        hoursSinceService = random.nextDouble(serviceHours);
        runningHours = hoursSinceService + random.nextDouble(40_000);
        begin(Phase.producing);
        load = targetLoad;
        temperatureC = steadyC();
    }

    @Override
    public SortedMap<String, Double> next(Instant at) {
        double seconds = last == null ? 0 : Math.max(0, Duration.between(last, at).toMillis() / 1_000.0);
        last = at;
        while (seconds > 0) {
            double step = Math.min(seconds, STEP_SECONDS_MAX);
            work(step);
            seconds -= step;
        }
        SortedMap<String, Double> measures = new TreeMap<>();
        measures.put("vibration_mm_s", Signals.rounded(vibration() * noisy(0.05), 2));
        measures.put("temperature_c", Signals.rounded(temperatureC + random.nextGaussian() * 0.1, 1));
        measures.put("power_kw", Signals.rounded(powerShare() * ratedKw * noisy(0.01), 2));
        measures.put("rotation_rpm", Signals.rounded(rotation * ratedRpm * noisy(0.001), 0));
        measures.put("running_h", Signals.rounded(runningHours, 3));
        return measures;
    }

    /// @return around 1
    private double noisy(double spread) {
        return Math.max(0, 1 + random.nextGaussian() * spread);
    }

    private void work(double seconds) {
        phaseSecondsLeft -= seconds;
        if (phaseSecondsLeft <= 0) {
            endPhase();
        }
        load += (targetLoad - load) * (1 - Math.exp(-seconds / LOAD_SECONDS));
        boolean isPowered = phase == Phase.producing || phase == Phase.idling;
        double targetRotation = isPowered ? 1 - SLIP * load : 0;
        double spin = seconds / SPIN_UP_SECONDS;
        rotation += Math.clamp(targetRotation - rotation, -spin, spin);
        if (rotation > 0) {
            runningHours += seconds / 3_600;
            hoursSinceService += seconds / 3_600;
        }
        temperatureC += (steadyC() - temperatureC) * (1 - Math.exp(-seconds / WARM_UP_SECONDS));
    }

    private void endPhase() {
        if (phase == Phase.serviced) {
            hoursSinceService = 0;
        }
        if (hoursSinceService >= serviceHours) {
            begin(Phase.serviced);
        } else if (phase != Phase.producing) {
            begin(Phase.producing);
        } else {
            begin(random.nextDouble() < STOP_PROBABILITY ? Phase.standing : Phase.idling);
        }
    }

    private void begin(Phase next) {
        phase = next;
        targetLoad = next == Phase.producing ? random.nextDouble(0.4, 1) : 0;
        phaseSecondsLeft = switch (next) {
            case producing -> random.nextDouble(30, 240);
            case idling -> random.nextDouble(10, 60);
            case standing -> random.nextDouble(600, 3_600);
            case serviced -> random.nextDouble(7_200, 14_400);
        };
    }

    /// 0 just after a service, 1 when the next is due.
    private double wear() {
        return hoursSinceService / serviceHours;
    }

    /// Of the rated power: worn bearings take some, too.
    private double powerShare() {
        return STANDBY_POWER + rotation * (IDLE_POWER + (1 - IDLE_POWER) * load) * (1 + WEAR_POWER * wear());
    }

    /// Where the temperature would end if everything stayed as it is.
    private double steadyC() {
        return roomC + WARMER_BY_POWER_C * powerShare() + WARMER_BY_WEAR_C * wear() * rotation;
    }

    /// An imbalance shakes with the square of the rotation, and wear is felt late.
    private double vibration() {
        double turning = VIBRATION_NEW_MM_S * (1 + VIBRATION_BY_LOAD * load) + VIBRATION_BY_WEAR_MM_S * wear() * wear();
        return SHAKEN_BY_NEIGHBOURS_MM_S + turning * rotation * rotation;
    }
}
