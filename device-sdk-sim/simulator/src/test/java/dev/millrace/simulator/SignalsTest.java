package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignalsTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:00Z");
    private static final int SECONDS_OF_DAY = 86_400;

    private static List<SortedMap<String, Double>> day(Profile profile, long seed, int stepSeconds) {
        return days(1, profile, seed, stepSeconds);
    }

    private static List<SortedMap<String, Double>> days(int days, Profile profile, long seed, int stepSeconds) {
        Signals signals = profile.signals(new SplittableRandom(seed));
        List<SortedMap<String, Double>> readings = new ArrayList<>();
        for (int second = 0; second < days * SECONDS_OF_DAY; second += stepSeconds) {
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

    @Test
    void theWarmerTheAirTheDrierItIs() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(correlation(day(Profile.environment, seed, 60), "temperature_c", "humidity_pct")).as("seed %d", seed).isLessThan(-0.8);
        }
    }

    private static double mean(List<SortedMap<String, Double>> readings, String measure) {
        return readings.stream().mapToDouble(reading -> reading.get(measure)).average().orElseThrow();
    }

    /// Pearson's.
    private static double correlation(List<SortedMap<String, Double>> readings, String one, String other) {
        double meanOfOne = mean(readings, one);
        double meanOfOther = mean(readings, other);
        double both = 0;
        double squaresOfOne = 0;
        double squaresOfOther = 0;
        for (SortedMap<String, Double> reading : readings) {
            double x = reading.get(one) - meanOfOne;
            double y = reading.get(other) - meanOfOther;
            both += x * y;
            squaresOfOne += x * x;
            squaresOfOther += y * y;
        }
        return both / Math.sqrt(squaresOfOne * squaresOfOther);
    }

    private static List<SortedMap<String, Double>> where(List<SortedMap<String, Double>> readings, Predicate<SortedMap<String, Double>> condition) {
        return readings.stream().filter(condition).toList();
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

    @Test
    void aTruckTurnsItsEngineAsItsGearAsks() {
        List<SortedMap<String, Double>> day = day(Profile.truck, 3, 1);

        assertThat(where(day, reading -> reading.get("speed_kmh") == 0 && reading.get("rpm") > 700)).isEmpty();
        assertThat(where(day, reading -> reading.get("speed_kmh") > 2 && reading.get("rpm") < 900)).isEmpty();
        for (int gear = 5; gear < 7; gear++) {
            int ofGear = gear;
            List<SortedMap<String, Double>> inGear = where(day, reading -> Math.floor(reading.get("speed_kmh") / 12) == ofGear);
            assertThat(correlation(inGear, "speed_kmh", "rpm")).as("gear %d", gear).isGreaterThan(0.9);
        }
    }

    @Test
    void aTruckBurnsFuelByTheKilometerAndItsEngineIsWarmWhenItDrives() {
        for (int seed = 0; seed < 5; seed++) {
            List<SortedMap<String, Double>> day = day(Profile.truck, seed, 1);
            double kilometers = day.stream().mapToDouble(reading -> reading.get("speed_kmh") / 3_600).sum();
            double burnt = 0;
            double refuelled = 0;
            for (int i = 1; i < day.size(); i++) {
                double change = day.get(i).get("fuel_pct") - day.get(i - 1).get("fuel_pct");
                burnt += Math.max(0, -change);
                refuelled += Math.max(0, change);
            }
            // 20 to 40 liters at 100 km, of a tank of 400, and some for the hours at rest with the engine on
            assertThat(burnt / kilometers * 100).as("seed %d", seed).isBetween(5.0, 10.0);
            double litersByRate = day.stream().mapToDouble(reading -> reading.get("fuel_lph") / 3_600).sum();
            assertThat(litersByRate).as("seed %d", seed).isBetween(burnt * 4 - 20, burnt * 4 + 20);
            assertThat(refuelled).as("seed %d", seed).isLessThan(burnt + 100);
            assertThat(where(day.subList(SECONDS_OF_DAY / 2, SECONDS_OF_DAY), reading -> reading.get("speed_kmh") > 60 && reading.get("coolant_c") < 76))
                    .as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aTrucksLoadChangesOnlyAtRest() {
        int changes = 0;
        for (int seed = 0; seed < 5; seed++) {
            List<SortedMap<String, Double>> day = day(Profile.truck, seed, 1);
            for (int i = 1; i < day.size(); i++) {
                if (!day.get(i).get("load_pct").equals(day.get(i - 1).get("load_pct"))) {
                    changes++;
                    assertThat(day.get(i).get("speed_kmh")).as("seed %d, second %d", seed, i).isZero();
                }
            }
        }
        assertThat(changes).isGreaterThan(10);
    }

    @Test
    void aTruckBurnsMoreTheFasterAndTheHeavierItIsAndLittleAtRest() {
        List<SortedMap<String, Double>> days = days(10, Profile.truck, 3, 10);
        List<SortedMap<String, Double>> cruising = where(days, reading -> reading.get("speed_kmh") > 75);

        assertThat(max(where(days, reading -> reading.get("speed_kmh") == 0), "fuel_lph")).isLessThan(3);
        assertThat(mean(where(cruising, reading -> reading.get("load_pct") == 0), "fuel_lph")).isBetween(13.0, 20.0);
        assertThat(mean(where(cruising, reading -> reading.get("load_pct") > 80), "fuel_lph")).isBetween(20.0, 30.0);
        assertThat(correlation(cruising, "load_pct", "fuel_lph")).isGreaterThan(0.5);
        assertThat(correlation(where(days, reading -> reading.get("load_pct") == 0), "speed_kmh", "fuel_lph")).isGreaterThan(0.7);
    }

    @Test
    void aMachineDrawsPowerAsItTurnsAndWorksAndWarmsByIt() {
        for (int seed = 0; seed < 20; seed++) {
            List<SortedMap<String, Double>> day = day(Profile.machine, seed, 10);
            double ratedRpm = max(day, "rotation_rpm");
            double peakKw = max(day, "power_kw");
            List<SortedMap<String, Double>> standing = where(day, reading -> reading.get("rotation_rpm") == 0);
            List<SortedMap<String, Double>> turning = where(day, reading -> reading.get("rotation_rpm") > 0.9 * ratedRpm);

            assertThat(max(standing, "power_kw")).as("seed %d", seed).isLessThan(0.05 * peakKw);
            assertThat(max(standing, "vibration_mm_s")).as("seed %d", seed).isLessThan(0.1);
            assertThat(min(turning, "power_kw")).as("seed %d", seed).isGreaterThan(0.1 * peakKw);
            assertThat(min(turning, "vibration_mm_s")).as("seed %d", seed).isGreaterThan(0.5);
            assertThat(correlation(turning, "power_kw", "rotation_rpm")).as("seed %d: load slows it down a little", seed).isLessThan(-0.9);
            assertThat(where(turning, reading -> reading.get("power_kw") < 0.3 * peakKw).size()).as("seed %d: load comes and goes", seed)
                    .isBetween(turning.size() / 20, turning.size() / 2);
            assertThat(mean(afterMinutesOf(day, 30, true, ratedRpm), "temperature_c")).as("seed %d", seed)
                    .isGreaterThan(mean(afterMinutesOf(day, 30, false, ratedRpm), "temperature_c") + 10);
        }
    }

    private static double max(List<SortedMap<String, Double>> readings, String measure) {
        return readings.stream().mapToDouble(reading -> reading.get(measure)).max().orElseThrow();
    }

    private static double min(List<SortedMap<String, Double>> readings, String measure) {
        return readings.stream().mapToDouble(reading -> reading.get(measure)).min().orElseThrow();
    }

    /// The readings, one each ten seconds, before which a machine turned, or stood, for so long.
    private static List<SortedMap<String, Double>> afterMinutesOf(List<SortedMap<String, Double>> day, int minutes, boolean isTurning, double ratedRpm) {
        List<SortedMap<String, Double>> found = new ArrayList<>();
        int steady = 0;
        for (SortedMap<String, Double> reading : day) {
            boolean isSo = isTurning == reading.get("rotation_rpm") > 0.9 * ratedRpm;
            steady = isSo ? steady + 1 : 0;
            if (steady > minutes * 6) {
                found.add(reading);
            }
        }
        return found;
    }

    @Test
    void aMachineCountsTheHoursThatItTurns() {
        List<SortedMap<String, Double>> day = day(Profile.machine, 7, 10);
        for (int i = 1; i < day.size(); i++) {
            double seconds = (day.get(i).get("running_h") - day.get(i - 1).get("running_h")) * 3_600;
            boolean isStanding = day.get(i).get("rotation_rpm") == 0;
            assertThat(seconds).as("step %d", i).isBetween(isStanding ? -4.0 : 6.0, isStanding ? 4.0 : 14.0);
        }
    }

    @Test
    void aMachineWearsUntilItIsServicedAndThenWearsAgain() {
        for (int seed = 0; seed < 5; seed++) {
            List<SortedMap<String, Double>> days = days(60, Profile.machine, seed, 60);
            double ratedRpm = max(days, "rotation_rpm");
            List<List<SortedMap<String, Double>>> lives = lives(days, ratedRpm);

            // a service after 150 to 400 hours; what was before the first and what is after the last is cut
            assertThat(lives.size()).as("seed %d", seed).isGreaterThanOrEqualTo(3);
            for (List<SortedMap<String, Double>> life : lives.subList(1, lives.size() - 1)) {
                double hours = life.getLast().get("running_h") - life.getFirst().get("running_h");
                assertThat(hours).as("seed %d", seed).isBetween(149.0, 401.0);
                assertThat(correlation(life, "running_h", "vibration_mm_s")).as("seed %d", seed).isGreaterThan(0.8);
                assertThat(mean(tenth(life, 0), "vibration_mm_s")).as("seed %d, new", seed).isLessThan(1.4);
                assertThat(mean(tenth(life, 9), "vibration_mm_s")).as("seed %d, worn", seed).isGreaterThan(3);
                assertThat(mean(tenth(life, 9), "temperature_c")).as("seed %d", seed).isGreaterThan(mean(tenth(life, 0), "temperature_c") + 10);
            }
        }
    }

    /// The readings of a turning machine from service to service. No other stop is as long as a service.
    private static List<List<SortedMap<String, Double>>> lives(List<SortedMap<String, Double>> minutes, double ratedRpm) {
        List<List<SortedMap<String, Double>>> lives = new ArrayList<>(List.of(new ArrayList<>()));
        int standing = 0;
        for (SortedMap<String, Double> reading : minutes) {
            standing = reading.get("rotation_rpm") == 0 ? standing + 1 : 0;
            if (standing == 100) {
                lives.add(new ArrayList<>());
            } else if (reading.get("rotation_rpm") > 0.9 * ratedRpm) {
                lives.getLast().add(reading);
            }
        }
        return lives;
    }

    private static List<SortedMap<String, Double>> tenth(List<SortedMap<String, Double>> life, int number) {
        return life.subList(life.size() * number / 10, life.size() * (number + 1) / 10);
    }
}
