package dev.millrace.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Air at one place: warmest at three in the afternoon (UTC), and the warmer the drier, because the water in it stays
/// about the same.
final class EnvironmentSignals implements Signals {
    private static final double SECONDS_OF_DAY = 86_400;
    private static final double WARMEST_SECOND = 15 * 3_600.0;
    /// A passing cloud is forgotten after about ten minutes.
    private static final double MEMORY_SECONDS = 600;

    private final RandomGenerator random;
    private final double meanC;
    private final double swingC;
    private final double meanHumidityPct;
    private double weatherC;
    private double dampnessPct;
    private Instant last;

    EnvironmentSignals(RandomGenerator random) {
        this.random = random;
        this.meanC = random.nextDouble(4, 22);
        this.swingC = random.nextDouble(3, 8);
        this.meanHumidityPct = random.nextDouble(45, 75);
    }

    @Override
    public SortedMap<String, Double> next(Instant at) {
        double passed = last == null ? MEMORY_SECONDS : Math.max(0, Duration.between(last, at).toMillis() / 1_000.0);
        last = at;
        weatherC = drift(weatherC, passed, 0.8);
        dampnessPct = drift(dampnessPct, passed, 3);
        double secondOfDay = at.toEpochMilli() / 1_000.0 % SECONDS_OF_DAY;
        double deviationC = swingC * Math.cos(2 * Math.PI * (secondOfDay - WARMEST_SECOND) / SECONDS_OF_DAY) + weatherC;
        SortedMap<String, Double> measures = new TreeMap<>();
        measures.put("temperature_c", Signals.rounded(Math.clamp(meanC + deviationC, -40, 60), 2));
        measures.put("humidity_pct", Signals.rounded(Math.clamp(meanHumidityPct - 2.5 * deviationC + dampnessPct, 5, 100), 1));
        return measures;
    }

    /// A step of a random walk that returns to zero, with the given spread in the long run.
    private double drift(double value, double seconds, double spread) {
        double kept = Math.exp(-seconds / MEMORY_SECONDS);
        return value * kept + random.nextGaussian() * spread * Math.sqrt(1 - kept * kept);
    }

}
