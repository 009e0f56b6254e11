package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignalsTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
    private static final int SECONDS_OF_DAY = 86_400;

    private static List<SortedMap<String, Double>> day(Profile profile, long seed, int stepSeconds) {
        Signals signals = profile.signals(new SplittableRandom(seed));
        List<SortedMap<String, Double>> readings = new ArrayList<>();
        for (int second = 0; second < SECONDS_OF_DAY; second += stepSeconds) {
            readings.add(signals.next(MIDNIGHT.plusSeconds(second)));
        }
        return readings;
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void overADayEveryMeasureIsThereAndInItsRange(Profile profile) {
        DeviceType type = profile.type();
        for (int seed = 0; seed < 20; seed++) {
            for (SortedMap<String, Double> reading : day(profile, seed, 10)) {
                assertThat(reading).hasSameSizeAs(type.measures());
                for (Map.Entry<String, Double> measure : reading.entrySet()) {
                    DeviceType.Measure known = type.measure(measure.getKey()).orElseThrow();
                    assertThat(known.isPlausible(measure.getValue())).as("seed %d: %s", seed, measure).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void theSameSeedMeasuresTheSame(Profile profile) {
        assertThat(day(profile, 4, 60)).isEqualTo(day(profile, 4, 60)).isNotEqualTo(day(profile, 5, 60));
    }

    @Test
    void afternoonsAreWarmerAndDrierThanNights() {
        for (int seed = 0; seed < 20; seed++) {
            List<SortedMap<String, Double>> day = day(Profile.environment, seed, 60);
            assertThat(mean(day.subList(14 * 60, 16 * 60), "temperature_c")).isGreaterThan(mean(day.subList(2 * 60, 4 * 60), "temperature_c") + 2);
            assertThat(mean(day.subList(14 * 60, 16 * 60), "humidity_pct")).isLessThan(mean(day.subList(2 * 60, 4 * 60), "humidity_pct"));
        }
    }

    private static double mean(List<SortedMap<String, Double>> readings, String measure) {
        return readings.stream().mapToDouble(reading -> reading.get(measure)).average().orElseThrow();
    }

    @Test
    void aTruckIsWhereItsSpeedBringsIt() {
        List<SortedMap<String, Double>> day = day(Profile.truck, 3, 1);
        for (int i = 1; i < day.size(); i++) {
            SortedMap<String, Double> before = day.get(i - 1);
            SortedMap<String, Double> after = day.get(i);
            double meters = Math.hypot((after.get("lat") - before.get("lat")) * 111_320,
                    (after.get("lon") - before.get("lon")) * 111_320 * Math.cos(Math.toRadians(after.get("lat"))));
            double expected = (before.get("speed_kmh") + after.get("speed_kmh")) / 2 / 3.6;
            assertThat(meters).as("second %d", i).isBetween(expected - 2, expected + 2);
        }
    }

    @Test
    void aTruckDrivesAndRestsAndItsFuelGoesDownOnlyAtRestUp() {
        List<SortedMap<String, Double>> day = day(Profile.truck, 3, 1);

        assertThat(day).anyMatch(reading -> reading.get("speed_kmh") == 0).anyMatch(reading -> reading.get("speed_kmh") > 50);
        for (int i = 1; i < day.size(); i++) {
            if (day.get(i).get("fuel_pct") > day.get(i - 1).get("fuel_pct")) {
                assertThat(day.get(i).get("speed_kmh")).isZero();
            }
        }
    }
}
