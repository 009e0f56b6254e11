package dev.millrace.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A truck on its way through Europe: it drives and rests by turns, and what it carries changes at rests; position, engine,
/// coolant and fuel follow from how it drives and what it weighs.
final class TruckSignals implements Signals {
    private static final double METERS_OF_DEGREE = 111_320;
    private static final double STEP_SECONDS_MAX = 60;
    private static final double SPEED_MAX_KMH = 95;
    private static final double ACCELERATION_KMH_S = 2;
    private static final double BRAKING_KMH_S = 5;
    /// Nearer to its target than that it holds its speed.
    private static final double HELD_KMH = 2;
    private static final double TANK_LITERS = 400;
    private static final double FUEL_LOW_PCT = 12;
    private static final double LITERS_KWH = 0.25;
    private static final double EMPTY_TONS = 15;
    private static final double CARRIED_TONS_MAX = 25;
    private static final double EMPTY_PROBABILITY = 0.25;
    private static final double LOADING_PROBABILITY = 0.5;
    private static final double ENGINE_KW_MAX = 350;
    private static final double FRICTION_KW_RPM = 0.008;
    private static final double AUXILIARY_KW = 2;
    /// Rolling resistance: 0.6 % of the weight.
    private static final double ROLLING_KN_TON = 0.059;
    /// Half the density of air, by a drag area of 6 square metres.
    private static final double AIR_KW_MPS3 = 0.003_6;
    private static final double SOUTH_LAT = 36;
    private static final double NORTH_LAT = 66;
    private static final double WEST_LON = -9;
    private static final double EAST_LON = 40;

    private final RandomGenerator random;
    private double lat;
    private double lon;
    private double headingDegrees;
    private double speedKmh;
    private double targetKmh;
    private double phaseSecondsLeft;
    private double coolantC;
    private double fuelPct;
    private double loadPct;
    private boolean isLoadingNext;
    private double rpm;
    private double fuelLph;
    private Instant last;

    TruckSignals(RandomGenerator random) {
        this.random = random;
        lat = random.nextDouble(42, 58);
        lon = random.nextDouble(-1, 24);
        headingDegrees = random.nextDouble(360);
        coolantC = random.nextDouble(10, 85);
        fuelPct = random.nextDouble(40, 100);
        loadPct = freight();
        startDriving();
        speedKmh = targetKmh * random.nextDouble();
    }

    @Override
    public SortedMap<String, Double> next(Instant at) {
        double seconds = last == null ? 0 : Math.clamp(Duration.between(last, at).toMillis() / 1_000.0, 0, STEP_SECONDS_MAX);
        last = at;
        choosePhase(seconds);
        drive(seconds);
        SortedMap<String, Double> measures = new TreeMap<>();
        measures.put("speed_kmh", Signals.rounded(speedKmh, 1));
        measures.put("rpm", Signals.rounded(rpm, 0));
        measures.put("coolant_c", Signals.rounded(coolantC, 1));
        measures.put("fuel_pct", Signals.rounded(fuelPct, 1));
        measures.put("lat", Signals.rounded(lat, 5));
        measures.put("lon", Signals.rounded(lon, 5));
        measures.put("load_pct", Signals.rounded(loadPct, 1));
        measures.put("fuel_lph", Signals.rounded(fuelLph, 2));
        return measures;
    }

    private void choosePhase(double seconds) {
        phaseSecondsLeft -= seconds;
        boolean isDriving = targetKmh > 0;
        if (phaseSecondsLeft > 0 && (!isDriving || fuelPct > FUEL_LOW_PCT)) {
            return;
        }
        if (isDriving) {
            targetKmh = 0;
            phaseSecondsLeft = random.nextDouble(120, 900);
            isLoadingNext = random.nextDouble() < LOADING_PROBABILITY;
        } else {
            startDriving();
        }
    }

    private void startDriving() {
        targetKmh = random.nextDouble(45, 88);
        phaseSecondsLeft = random.nextDouble(600, 5_400);
    }

    private void drive(double seconds) {
        double change = Math.clamp(targetKmh - speedKmh, -BRAKING_KMH_S * seconds, ACCELERATION_KMH_S * seconds);
        double unrest = targetKmh > 0 && seconds > 0 ? random.nextGaussian() * 0.4 : 0;
        double before = speedKmh;
        speedKmh = Math.clamp(speedKmh + change + unrest, 0, SPEED_MAX_KMH);
        double kilometers = (before + speedKmh) / 2 / 3_600 * seconds;
        move(kilometers * 1_000, seconds);
        rpm = turning();
        fuelLph = consumption(targetKmh - before);
        fuelPct = Math.max(1, fuelPct - fuelLph * seconds / 3_600 / TANK_LITERS * 100);
        if (speedKmh == 0) {
            beServed();
        }
        double warmC = 82 + speedKmh / SPEED_MAX_KMH * 10;
        coolantC += (warmC - coolantC) * (1 - Math.exp(-seconds / 300)) + (seconds > 0 ? random.nextGaussian() * 0.1 : 0);
    }

    private void beServed() {
        if (fuelPct < 2 * FUEL_LOW_PCT) {
            fuelPct = random.nextDouble(90, 100);
        }
        if (isLoadingNext) {
            loadPct = freight();
            isLoadingNext = false;
        }
    }

    /// Now and then nothing; now and then a little more than is allowed.
    private double freight() {
        return random.nextDouble() < EMPTY_PROBABILITY ? 0 : random.nextDouble(20, 104);
    }

    /// By the power that the engine gives: to turn itself, against the road by the weight, against the air by the cube of the
    /// speed, and to accelerate the weight. A truck that brakes injects nothing.
    ///
    /// @param missingKmh how far the target is above the speed
    /// @return liters an hour
    private double consumption(double missingKmh) {
        if (missingKmh < -HELD_KMH) {
            return 0;
        }
        double tons = EMPTY_TONS + CARRIED_TONS_MAX * loadPct / 100;
        double metersSecond = speedKmh / 3.6;
        double kilowatts = AUXILIARY_KW + FRICTION_KW_RPM * rpm + ROLLING_KN_TON * tons * metersSecond + AIR_KW_MPS3 * Math.pow(metersSecond, 3);
        if (missingKmh > HELD_KMH) {
            kilowatts += tons * ACCELERATION_KMH_S / 3.6 * metersSecond;
        }
        return LITERS_KWH * Math.min(kilowatts, ENGINE_KW_MAX) * (1 + random.nextDouble(-0.03, 0.03));
    }

    private void move(double meters, double seconds) {
        if (meters == 0) {
            return;
        }
        headingDegrees = (headingDegrees + random.nextGaussian() * Math.sqrt(seconds) + 360) % 360;
        turnBackAtTheCoast();
        double heading = Math.toRadians(headingDegrees);
        lat += Math.cos(heading) * meters / METERS_OF_DEGREE;
        lon += Math.sin(heading) * meters / (METERS_OF_DEGREE * Math.cos(Math.toRadians(lat)));
    }

    private void turnBackAtTheCoast() {
        if (lat > NORTH_LAT) {
            headingDegrees = 180;
        } else if (lat < SOUTH_LAT) {
            headingDegrees = 0;
        } else if (lon > EAST_LON) {
            headingDegrees = 270;
        } else if (lon < WEST_LON) {
            headingDegrees = 90;
        }
    }

    /// Idles when it stands; else somewhere between shifting up and shifting down, about 12 km/h a gear.
    private double turning() {
        if (speedKmh < 1) {
            return 620 + random.nextDouble(30);
        }
        return 950 + speedKmh % 12 / 12 * 700 + random.nextDouble(40);
    }
}
