package dev.millrace.analysts;

import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The ground truth: five trucks, three environment sensors and two machines on some days, with something for every question
/// to find. The same seed tells the same story.
final class SeededFleet {
    /// The moment at which the analysts ask; in no round minute.
    static final Instant NOW = Instant.parse("2026-03-05T10:07:30Z");
    static final LocalDate TODAY = LocalDate.of(2026, 3, 5);
    static final String LONG_HAULER = "truck-00001";
    static final String CITY = "truck-00002";
    static final String UNRELIABLE = "truck-00003";
    static final String THIRSTY = "truck-00004";
    static final String SILENT = "truck-00005";
    private static final List<String> TRUCKS = List.of(LONG_HAULER, CITY, UNRELIABLE, THIRSTY, SILENT);
    private static final int TRUCK_STEP_SECONDS = 30;
    private static final int OTHER_STEP_SECONDS = 60;
    private static final int SECONDS_OF_DAY = 86_400;

    private final RandomGenerator random;
    private final long firstEpoch;
    private final Map<String, Long> seqs = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final List<Taken> taken = new ArrayList<>();

    private SeededFleet(long seed, long firstEpoch) {
        random = new SplittableRandom(seed);
        this.firstEpoch = firstEpoch;
    }

    /// @param firstEpoch of each thing; two stories of one lake must not have the same, nor the two after it
    /// @param daysAgo    the days that are told, the oldest first; the things take nothing on others
    static List<Taken> on(long seed, long firstEpoch, int... daysAgo) {
        var fleet = new SeededFleet(seed, firstEpoch);
        for (int ago : daysAgo) {
            fleet.tell(TODAY.minusDays(ago), ago);
        }
        return List.copyOf(fleet.taken);
    }

    private void tell(LocalDate day, int ago) {
        Instant midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        for (String truck : TRUCKS) {
            if (truck.equals(SILENT) && ago < 3) {
                continue;
            }
            var state = new Truck(truck, ago);
            for (int second = 0; second < SECONDS_OF_DAY; second += TRUCK_STEP_SECONDS) {
                take("truck", truck, midnight.plusSeconds(second).plusMillis(random.nextInt(1_000)), ago, second, state.next(second));
            }
        }
        for (int number = 1; number <= 3; number++) {
            for (int second = 0; second < SECONDS_OF_DAY; second += OTHER_STEP_SECONDS) {
                boolean isSilent = number == 2 && ago == 0 && second >= 4 * 3_600 && second < 4 * 3_600 + 17 * 60;
                if (!isSilent) {
                    take("environment", "environment-0000" + number, midnight.plusSeconds(second), ago, second, air(number, second));
                }
            }
        }
        for (int number = 1; number <= 2; number++) {
            for (int second = 0; second < SECONDS_OF_DAY; second += OTHER_STEP_SECONDS) {
                take("machine", "machine-0000" + number, midnight.plusSeconds(second), ago, second, work(number, second));
            }
        }
    }

    private void take(String type, String thing, Instant at, int ago, int secondOfDay, Map<String, Double> measures) {
        if (!at.isBefore(NOW.minusSeconds(5))) {
            return;
        }
        long epoch = firstEpoch + (thing.equals(THIRSTY) ? journalsLost(ago, secondOfDay) : 0);
        if (epochs.getOrDefault(thing, epoch) != epoch) {
            seqs.remove(thing);
        }
        epochs.put(thing, epoch);
        long seq = seqs.merge(thing, 1L, Long::sum);
        var one = new Taken(type, new Reading(new ReadingId(thing, epoch, seq), at.toEpochMilli(), new TreeMap<>(measures)), List.of());
        taken.add(arrived(one, ago, secondOfDay));
    }

    /// It lost its journal yesterday, and again at noon, so there are equal seqs on one day.
    private static long journalsLost(int ago, int secondOfDay) {
        if (ago > 1) {
            return 0;
        }
        return ago == 1 && secondOfDay < SECONDS_OF_DAY / 2 ? 1 : 2;
    }

    /// Most arrive once and soon; some late, some twice, some never. Nothing arrives after the analysts ask.
    private Taken arrived(Taken one, int ago, int secondOfDay) {
        boolean isAtMidnight = ago == 2 ? secondOfDay > SECONDS_OF_DAY - 300 : ago == 1 && secondOfDay < 240;
        boolean isLost = one.thing().equals(CITY) && (random.nextInt(200) == 0 || isAtMidnight);
        if (isLost) {
            return one;
        }
        int luck = random.nextInt(100);
        long delayMillis = luck == 0 ? random.nextLong(700_000, 7_200_000) : luck < 4 ? random.nextLong(10_000, 600_000) : random.nextLong(400, 3_000);
        Instant first = one.at().plusMillis(delayMillis);
        if (!first.isBefore(NOW)) {
            return one;
        }
        Taken arrived = one.again(first);
        if (random.nextInt(50) == 0) {
            Instant second = first.plusMillis(random.nextInt(20) == 0 ? 3_600_000L * random.nextInt(1, 20) : random.nextLong(1, 5_000));
            arrived = second.isBefore(NOW) ? arrived.again(second) : arrived;
        }
        return arrived;
    }

    private static double rounded(double value, double step) {
        return Math.round(value / step) * step;
    }

    private Map<String, Double> air(int number, int second) {
        double celsius = 10 + number + 6 * Math.sin((second - 32_400) * 2 * Math.PI / SECONDS_OF_DAY) + random.nextGaussian() * 0.3;
        Map<String, Double> measures = new TreeMap<>();
        measures.put("temperature_c", rounded(celsius, 0.01));
        if (random.nextInt(10) > 0) {
            measures.put("humidity_pct", rounded(Math.clamp(90 - 2 * celsius + random.nextGaussian(), 0, 100), 0.1));
        }
        if (number == 3) {
            measures.put("co2_ppm", rounded(420 + random.nextGaussian() * 5, 1));
        }
        return measures;
    }

    private Map<String, Double> work(int number, int second) {
        double load = 0.6 + 0.3 * Math.sin(second / 700.0 + number);
        return Map.of("vibration_mm_s", rounded(1 + load + random.nextDouble(), 0.01), "temperature_c", rounded(30 + 20 * load, 0.1),
                "power_kw", rounded(20 * load, 0.01), "rotation_rpm", rounded(1_500 - 30 * load, 1), "running_h", rounded(1_000 * number + second / 3_600.0, 0.001));
    }

    /// A truck on one day.
    private final class Truck {
        private final String name;
        private final int ago;
        private double kmh;
        private double fuelPct;
        private double lat = 48 + random.nextDouble();
        private double lon = 9 + random.nextDouble();

        Truck(String name, int ago) {
            this.name = name;
            this.ago = ago;
            this.fuelPct = name.equals(CITY) ? 18 : 95;
        }

        Map<String, Double> next(int second) {
            double hour = second / 3_600.0;
            boolean isBroken = isBroken(second);
            boolean isDriving = isDriving(hour) && !isBroken;
            double target = isDriving ? target(second) : 0;
            // it rolls out when the engine dies, and brakes before it parks
            kmh = isDriving ? target : isBroken ? Math.max(0, kmh - 20) : 0;
            double rpm = isDriving ? rounded(1_000 + kmh * 6 + random.nextDouble(40), 1) : isBroken || isParked(hour) ? 0 : rounded(620 + random.nextDouble(30), 1);
            double load = load(hour);
            double lph = rpm == 0 ? 0 : (1.8 + kmh * (0.15 + load * 0.001_5)) * (name.equals(THIRSTY) ? 1.2 : 1) * random.nextDouble(0.95, 1.05);
            fuelPct = Math.max(3, fuelPct - lph * TRUCK_STEP_SECONDS / 3_600 / 4);
            lat += kmh * 0.000_05 * random.nextDouble(-0.2, 1);
            lon += kmh * 0.000_05 * random.nextDouble(-0.2, 1);
            Map<String, Double> measures = new TreeMap<>();
            measures.put("speed_kmh", rounded(kmh, 0.1));
            measures.put("rpm", rpm);
            measures.put("coolant_c", rounded(rpm == 0 ? 20 : 85 + random.nextGaussian(), 0.1));
            measures.put("fuel_pct", rounded(fuelPct, 0.1));
            if (!name.equals(THIRSTY) || random.nextInt(5) > 0) {
                measures.put("lat", rounded(lat, 0.000_01));
                measures.put("lon", rounded(lon, 0.000_01));
            }
            if (!name.equals(THIRSTY) || random.nextInt(8) > 0) {
                measures.put("load_pct", rounded(load, 0.1));
            }
            measures.put("fuel_lph", rounded(lph, 0.01));
            return measures;
        }

        private double target(int second) {
            return Math.max(5, 68 + 12 * Math.sin(second / 900.0) + random.nextGaussian() * 2);
        }

        private boolean isDriving(double hour) {
            return switch (name) {
                case LONG_HAULER -> isIn(3, 7, hour) || isIn(7.15, 13.5, hour);
                case CITY -> isIn(6, 9, hour) || isIn(12, 15, hour);
                case UNRELIABLE -> isIn(5, 10, hour) || isIn(14, 17, hour);
                case THIRSTY -> isIn(4, 6, hour) || isIn(6.5, 8.2, hour) || isIn(9, 14, hour);
                // ten hours and no more
                default -> isIn(8, 18, hour);
            };
        }

        private static boolean isIn(double from, double to, double hour) {
            return hour >= from && hour < to;
        }

        /// At night the engine is off; at short rests it idles.
        private boolean isParked(double hour) {
            return hour < 2.5 || hour > 18;
        }

        /// Yesterday and thirty days ago in the morning, and the second time yesterday just before a window ends.
        private boolean isBroken(int second) {
            boolean isMorning = isIn(8.05, 9.15, second / 3_600.0);
            boolean isAfternoon = isIn(14.97, 16, second / 3_600.0);
            return name.equals(UNRELIABLE) && (ago == 1 ? isMorning || isAfternoon : ago == 30 && isMorning);
        }

        private double load(double hour) {
            return switch (name) {
                case LONG_HAULER -> 95;
                case CITY -> hour < 10.5 ? 40 : 0;
                case UNRELIABLE -> 62.5;
                case THIRSTY -> hour < 7 ? 90 : 71;
                default -> 101;
            };
        }
    }
}
