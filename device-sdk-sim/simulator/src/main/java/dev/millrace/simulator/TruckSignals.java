package dev.millrace.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A truck on its way through Europe: it drives and rests by turns; position, engine, coolant and fuel follow from
/// how it drives.
final class TruckSignals implements Signals {
    private static final double METERS_OF_DEGREE = 111_320;
    private static final double STEP_SECONDS_MAX = 60;
    private static final double SPEED_MAX_KMH = 95;
    private static final double ACCELERATION_KMH_S = 2;
    private static final double BRAKING_KMH_S = 5;
    private static final double FUEL_PCT_KM = 0.06;
    private static final double FUEL_PCT_IDLE_SECOND = 0.000_1;
    private static final double FUEL_LOW_PCT = 12;
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
    private Instant last;

    TruckSignals(RandomGenerator random) {
        this.random = random;
        lat = random.nextDouble(42, 58);
        lon = random.nextDouble(-1, 24);
        headingDegrees = random.nextDouble(360);
        coolantC = random.nextDouble(10, 85);
        fuelPct = random.nextDouble(40, 100);
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
        measures.put("rpm", Signals.rounded(rpm(), 0));
        measures.put("coolant_c", Signals.rounded(coolantC, 1));
        measures.put("fuel_pct", Signals.rounded(fuelPct, 1));
        measures.put("lat", Signals.rounded(lat, 5));
        measures.put("lon", Signals.rounded(lon, 5));
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
        fuelPct = Math.max(1, fuelPct - kilometers * FUEL_PCT_KM - seconds * FUEL_PCT_IDLE_SECOND);
        if (speedKmh == 0 && fuelPct < 2 * FUEL_LOW_PCT) {
            fuelPct = random.nextDouble(90, 100);
        }
        double warmC = 82 + speedKmh / SPEED_MAX_KMH * 10;
        coolantC += (warmC - coolantC) * (1 - Math.exp(-seconds / 300)) + (seconds > 0 ? random.nextGaussian() * 0.1 : 0);
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
    private double rpm() {
        if (speedKmh < 1) {
            return 620 + random.nextDouble(30);
        }
        return 950 + speedKmh % 12 / 12 * 700 + random.nextDouble(40);
    }
}
