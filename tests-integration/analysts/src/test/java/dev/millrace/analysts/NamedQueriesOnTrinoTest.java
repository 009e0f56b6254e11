package dev.millrace.analysts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// What each named query answers, against the same computed in plain Java from the ground truth.
class NamedQueriesOnTrinoTest {
    private static final Offset<Double> ROUNDING = within(1e-6);
    private static final Instant DAY_AGO = SeededFleet.NOW.minus(Duration.ofDays(1));
    private static final Instant WEEK_AGO = SeededFleet.NOW.minus(Duration.ofDays(7));
    private static final Instant MONTH_AGO = SeededFleet.NOW.minus(Duration.ofDays(30));
    private static final LocalDate FIRST_OF_EIGHT_DAYS = SeededFleet.TODAY.minusDays(7);

    private final TestLake lake = TestLake.get();

    /// What is in `truck_readings` of the look-back, by truck and time.
    private NavigableMap<String, NavigableMap<Instant, Taken>> trucks(Instant since, String... measures) {
        return trucks(taken -> !taken.at().isBefore(since) && taken.has(measures));
    }

    private NavigableMap<String, NavigableMap<Instant, Taken>> trucks(Predicate<Taken> condition) {
        NavigableMap<String, NavigableMap<Instant, Taken>> found = new TreeMap<>();
        arrived("truck").stream().filter(condition).forEach(taken -> found.computeIfAbsent(taken.thing(), _ -> new TreeMap<>()).put(taken.at(), taken));
        return found;
    }

    private List<Taken> arrived(String type) {
        return lake.truth().stream().filter(taken -> taken.type().equals(type) && taken.hasArrived()).toList();
    }

    private List<List<Object>> rows(String query, String... columns) {
        Answer answer = lake.answer(query);
        assertThat(answer.columns()).containsExactly(columns);
        return answer.rows();
    }

    private static Instant instant(Object value) {
        return ((ZonedDateTime) value).toInstant();
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    @Test
    void lastPosition() {
        var trucks = trucks(DAY_AGO, "lat", "lon");

        List<List<Object>> rows = rows("last_position", "thing", "last_heard", "lat", "lon");

        assertThat(rows).extracting(List::getFirst).containsExactlyElementsOf(trucks.keySet()).doesNotContain(SeededFleet.SILENT).hasSize(4);
        for (List<Object> row : rows) {
            Taken last = trucks.get(row.getFirst()).lastEntry().getValue();
            assertThat(instant(row.get(1))).isEqualTo(last.at());
            assertThat(number(row.get(2))).isEqualTo(last.value("lat"));
            assertThat(number(row.get(3))).isEqualTo(last.value("lon"));
        }
    }

    @Test
    void trucksLowOnFuel() {
        assertLast("trucks_low_on_fuel", "fuel_pct", value -> value < 10, Comparator.naturalOrder());
    }

    @Test
    void trucksWithHighLoad() {
        assertLast("trucks_with_high_load", "load_pct", value -> value >= 90, Comparator.reverseOrder());
    }

    /// Trucks by the last value of a measure.
    private void assertLast(String query, String measure, Predicate<Double> condition, Comparator<Double> order) {
        List<Taken> expected = trucks(DAY_AGO, measure).values().stream().map(ofTruck -> ofTruck.lastEntry().getValue())
                .filter(last -> condition.test(last.value(measure)))
                .sorted(Comparator.<Taken, Double>comparing(last -> last.value(measure), order).thenComparing(Taken::thing)).toList();
        assertThat(expected).as("what the ground truth has to find").isNotEmpty().hasSizeLessThan(4);

        List<List<Object>> rows = rows(query, "thing", "last_heard", measure);

        assertThat(rows).hasSameSizeAs(expected);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).getFirst()).isEqualTo(expected.get(i).thing());
            assertThat(instant(rows.get(i).get(1))).isEqualTo(expected.get(i).at());
            assertThat(number(rows.get(i).get(2))).isEqualTo(expected.get(i).value(measure));
        }
    }

    @Test
    void stationaryTrucks() {
        Map<String, List<Taken>> expected = new TreeMap<>();
        trucks(DAY_AGO, "speed_kmh").forEach((truck, readings) -> {
            List<Taken> last = List.copyOf(readings.tailMap(readings.lastKey().minus(Duration.ofMinutes(10)), false).values());
            if (average(last, "speed_kmh") < 1) {
                expected.put(truck, last);
            }
        });
        assertThat(expected).as("what the ground truth has to find").isNotEmpty().hasSizeLessThan(4);

        List<List<Object>> rows = rows("stationary_trucks", "thing", "last_heard", "average_kmh", "readings");

        assertThat(rows).extracting(List::getFirst).containsExactlyElementsOf(expected.keySet());
        for (List<Object> row : rows) {
            List<Taken> last = expected.get(row.getFirst());
            assertThat(instant(row.get(1))).isEqualTo(last.getLast().at());
            assertThat(number(row.get(2))).isCloseTo(average(last, "speed_kmh"), ROUNDING);
            assertThat(row.get(3)).isEqualTo((long) last.size());
        }
    }

    private static double average(List<Taken> readings, String measure) {
        return readings.stream().mapToDouble(taken -> taken.value(measure)).average().orElseThrow();
    }

    /// The windows of ten minutes in which a truck drove.
    private static Set<Long> driven(NavigableMap<Instant, Taken> ofTruck) {
        Map<Long, List<Taken>> windows = ofTruck.values().stream().collect(Collectors.groupingBy(Taken::tenMinutes, TreeMap::new, Collectors.toList()));
        windows.values().removeIf(readings -> average(readings, "speed_kmh") <= 1);
        return windows.keySet();
    }

    private static Instant endOf(long tenMinutes) {
        return Instant.ofEpochSecond((tenMinutes + 1) * 600);
    }

    @Test
    void longDrivingSessions() {
        Map<String, List<Long>> ends = new TreeMap<>();
        Map<String, Integer> most = new TreeMap<>();
        trucks(DAY_AGO, "speed_kmh").forEach((truck, readings) -> {
            Set<Long> driven = driven(readings);
            for (long window : driven) {
                int inFourHours = (int) driven.stream().filter(other -> other > window - 24 && other <= window).count();
                if (inFourHours >= 23) {
                    ends.computeIfAbsent(truck, _ -> new ArrayList<>()).add(window);
                    most.merge(truck, inFourHours * 10, Math::max);
                }
            }
        });
        assertThat(ends).as("what the ground truth has to find").containsKey(SeededFleet.LONG_HAULER).hasSizeLessThan(4);

        List<List<Object>> rows = rows("long_driving_sessions", "thing", "first_ended", "last_ended", "minutes_of_240");

        assertThat(rows).extracting(List::getFirst).containsExactlyElementsOf(ends.keySet());
        for (List<Object> row : rows) {
            List<Long> ofTruck = ends.get(row.getFirst());
            assertThat(instant(row.get(1))).isEqualTo(endOf(ofTruck.getFirst()));
            assertThat(instant(row.get(2))).isEqualTo(endOf(ofTruck.getLast()));
            assertThat(row.get(3)).isEqualTo((long) most.get(row.getFirst()));
        }
    }

    /// Windows driven by day, and truck; a day on which a truck was heard of is there.
    private NavigableMap<LocalDate, NavigableMap<String, Long>> drivenByDay() {
        NavigableMap<LocalDate, NavigableMap<String, Long>> days = new TreeMap<>();
        trucks(taken -> !taken.day().isBefore(FIRST_OF_EIGHT_DAYS)).forEach((truck, readings) -> {
            readings.values().forEach(taken -> days.computeIfAbsent(taken.day(), _ -> new TreeMap<>()).putIfAbsent(truck, 0L));
            driven(readings).forEach(window -> days.get(Taken.dayOf(Instant.ofEpochSecond(window * 600))).merge(truck, 1L, Long::sum));
        });
        return days;
    }

    @Test
    void longDailySessions() {
        List<List<Object>> expected = new ArrayList<>();
        drivenByDay().forEach((day, trucks) -> trucks.forEach((truck, windows) -> {
            if (windows > 60) {
                expected.add(List.of(day, truck, windows / 6.0));
            }
        }));
        assertThat(expected).as("what the ground truth has to find").hasSizeGreaterThan(2);

        assertThat(rows("long_daily_sessions", "day", "thing", "hours_driven")).containsExactlyElementsOf(expected);
    }

    @Test
    void dailyActivity() {
        List<List<Object>> rows = rows("daily_activity", "day", "trucks", "hours_active", "share_of_day");

        NavigableMap<LocalDate, NavigableMap<String, Long>> days = drivenByDay();
        assertThat(rows).extracting(List::getFirst).containsExactlyElementsOf(days.keySet());
        for (List<Object> row : rows) {
            NavigableMap<String, Long> trucks = days.get(row.getFirst());
            double hours = trucks.values().stream().mapToLong(windows -> windows).sum() / 6.0 / trucks.size();
            assertThat(row.get(1)).isEqualTo((long) trucks.size());
            assertThat(number(row.get(2))).isCloseTo(hours, ROUNDING);
            assertThat(number(row.get(3))).isCloseTo(hours / 24, ROUNDING);
        }
    }

    @Test
    void fuelAgainstProjected() {
        record Likeness(int speedStep, int loadStep) {
            static Likeness of(Taken taken) {
                return new Likeness((int) (taken.value("speed_kmh") / 10), (int) (taken.value("load_pct") / 20));
            }
        }
        List<Taken> driving = arrived("truck").stream().filter(taken -> !taken.at().isBefore(WEEK_AGO) && taken.has("speed_kmh", "load_pct", "fuel_lph")
                && taken.value("speed_kmh") > 1).toList();
        Map<Likeness, Double> fleet = driving.stream().collect(Collectors.groupingBy(Likeness::of, Collectors.averagingDouble(taken -> taken.value("fuel_lph"))));
        Map<String, List<Taken>> byTruck = driving.stream().collect(Collectors.groupingBy(Taken::thing));

        List<List<Object>> rows = rows("fuel_against_projected", "thing", "average_lph", "projected_lph", "above_pct");

        assertThat(rows).extracting(List::getFirst).containsExactlyInAnyOrderElementsOf(byTruck.keySet()).startsWith(SeededFleet.THIRSTY);
        assertThat(rows).extracting(row -> number(row.get(3))).isSortedAccordingTo(Comparator.reverseOrder());
        for (List<Object> row : rows) {
            List<Taken> ofTruck = byTruck.get(row.getFirst());
            double average = average(ofTruck, "fuel_lph");
            double projected = ofTruck.stream().mapToDouble(taken -> fleet.get(Likeness.of(taken))).average().orElseThrow();
            assertThat(number(row.get(1))).isCloseTo(average, ROUNDING);
            assertThat(number(row.get(2))).isCloseTo(projected, ROUNDING);
            assertThat(number(row.get(3))).isCloseTo(100 * (average / projected - 1), ROUNDING);
        }
    }

    @Test
    void breakdownFrequency() {
        // planted: two yesterday, one thirty days ago, which begins before the look-back does
        List<List<Object>> rows = rows("breakdown_frequency", "thing", "breakdowns", "hours_driven", "per_1000_hours");

        assertThat(rows).extracting(row -> row.get(0) + " " + row.get(1)).startsWith(SeededFleet.UNRELIABLE + " 2")
                .hasSize(5).filteredOn(row -> row.endsWith(" 0")).hasSize(4);
        Map<String, NavigableMap<Instant, Taken>> trucks = trucks(MONTH_AGO, "rpm", "speed_kmh");
        for (List<Object> row : rows) {
            double hours = driven(trucks.get(row.getFirst())).size() / 6.0;
            assertThat(number(row.get(2))).isCloseTo(hours, ROUNDING);
            assertThat(number(row.get(3))).isCloseTo(((long) row.get(1)) * 1_000 / hours, ROUNDING);
        }
    }

    @Test
    void averageLoad() {
        Map<String, List<Taken>> driving = arrived("truck").stream().filter(taken -> !taken.at().isBefore(MONTH_AGO) && taken.has("load_pct")
                && taken.value("speed_kmh") > 1).collect(Collectors.groupingBy(Taken::thing));

        List<List<Object>> rows = rows("average_load", "thing", "average_load_pct", "driven_empty_pct", "readings");

        assertThat(rows).extracting(List::getFirst).containsExactlyInAnyOrderElementsOf(driving.keySet()).startsWith(SeededFleet.CITY);
        assertThat(rows).extracting(row -> number(row.get(1))).isSorted();
        for (List<Object> row : rows) {
            List<Taken> ofTruck = driving.get(row.getFirst());
            long empty = ofTruck.stream().filter(taken -> taken.value("load_pct") < 5).count();
            assertThat(number(row.get(1))).isCloseTo(average(ofTruck, "load_pct"), ROUNDING);
            assertThat(number(row.get(2))).isCloseTo(100.0 * empty / ofTruck.size(), ROUNDING);
            assertThat(row.get(3)).isEqualTo((long) ofTruck.size());
        }
    }

    @Test
    void fiveMinuteAverages() {
        Map<String, NavigableMap<Long, List<Taken>>> sensors = new TreeMap<>();
        arrived("environment").stream().filter(taken -> !taken.at().isBefore(DAY_AGO)).forEach(taken -> sensors.computeIfAbsent(taken.thing(), _ -> new TreeMap<>())
                .computeIfAbsent(taken.at().getEpochSecond() / 300, _ -> new ArrayList<>()).add(taken));

        List<List<Object>> rows = rows("five_minute_averages", "thing", "five_minutes_from", "temperature_c", "humidity_pct", "readings", "is_filled");

        int at = 0;
        for (Map.Entry<String, NavigableMap<Long, List<Taken>>> sensor : sensors.entrySet()) {
            NavigableMap<Long, List<Taken>> steps = sensor.getValue();
            for (long step = steps.firstKey(); step <= steps.lastKey(); step++) {
                List<Object> row = rows.get(at++);
                List<Taken> here = steps.getOrDefault(step, List.of());
                assertThat(row.getFirst()).isEqualTo(sensor.getKey());
                assertThat(instant(row.get(1))).isEqualTo(Instant.ofEpochSecond(step * 300));
                assertThat(number(row.get(2))).isCloseTo(average(steps.floorEntry(step).getValue(), "temperature_c"), ROUNDING);
                assertThat(number(row.get(3))).isCloseTo(lastAverage(steps.headMap(step, true), "humidity_pct"), ROUNDING);
                assertThat(row.get(4)).isEqualTo((long) here.size());
                assertThat(row.get(5)).isEqualTo(here.isEmpty());
            }
        }
        assertThat(rows).hasSize(at);
        assertThat(rows).filteredOn(row -> (boolean) row.get(5)).as("the gap of a sensor that was planted").hasSizeGreaterThanOrEqualTo(3);
    }

    /// The average of the last step in which anybody measured it.
    private static double lastAverage(NavigableMap<Long, List<Taken>> steps, String measure) {
        return steps.descendingMap().values().stream().map(readings -> readings.stream().filter(taken -> taken.has(measure)).toList())
                .filter(readings -> !readings.isEmpty()).findFirst().map(readings -> average(readings, measure)).orElseThrow();
    }

    @Test
    void completeness() {
        record Day(LocalDate day, String type, String thing) {
        }
        Map<Day, Long> taken = new TreeMap<>(Comparator.comparing(Day::toString));
        Map<Day, Long> arrived = new TreeMap<>(Comparator.comparing(Day::toString));
        // what was taken up to the last reading of a day that arrived, from the first on that arrived of an epoch in these days
        Map<String, List<Taken>> byEpoch = lake.truth().stream().filter(one -> !one.day().isBefore(FIRST_OF_EIGHT_DAYS))
                .collect(Collectors.groupingBy(one -> one.thing() + " " + one.reading().id().epoch()));
        byEpoch.values().forEach(readings -> {
            List<Taken> there = readings.stream().filter(Taken::hasArrived).toList();
            Map<LocalDate, Taken> lastOfDay = there.stream().collect(Collectors.toMap(Taken::day, one -> one, (_, later) -> later, TreeMap::new));
            long before = there.getFirst().reading().id().seq() - 1;
            for (Map.Entry<LocalDate, Taken> day : lastOfDay.entrySet()) {
                long last = day.getValue().reading().id().seq();
                taken.merge(new Day(day.getKey(), day.getValue().type(), day.getValue().thing()), last - before, Long::sum);
                before = last;
            }
            there.forEach(one -> arrived.merge(new Day(one.day(), one.type(), one.thing()), 1L, Long::sum));
        });

        List<List<Object>> rows = rows("completeness", "day", "type", "thing", "taken", "arrived", "missing");

        assertThat(rows).hasSameSizeAs(taken.keySet());
        for (List<Object> row : rows) {
            var day = new Day((LocalDate) row.get(0), (String) row.get(1), (String) row.get(2));
            assertThat(row.get(3)).as("%s", day).isEqualTo(taken.get(day));
            assertThat(row.get(4)).as("%s", day).isEqualTo(arrived.get(day));
            assertThat(row.get(5)).as("%s", day).isEqualTo(taken.get(day) - arrived.get(day));
        }
        assertThat(rows.getFirst().get(2)).as("the truck that loses readings is first").isEqualTo(SeededFleet.CITY);
        assertThat(rows).as("today some are still on their way").filteredOn(row -> row.get(2).equals(SeededFleet.LONG_HAULER) && !row.get(0).equals(SeededFleet.TODAY))
                .hasSizeGreaterThan(3).extracting(row -> (long) row.get(5)).allMatch(missing -> missing == 0);
    }

    @Test
    void readingsThatWereLostAtMidnightAreMissing() {
        List<Taken> lost = lake.truth().stream().filter(taken -> taken.thing().equals(SeededFleet.CITY) && !taken.hasArrived()
                && !taken.day().isBefore(SeededFleet.TODAY.minusDays(2)) && taken.day().isBefore(SeededFleet.TODAY)).toList();
        assertThat(lost).hasSizeGreaterThan(15);

        long missing = rows("completeness", "day", "type", "thing", "taken", "arrived", "missing").stream()
                .filter(row -> row.get(2).equals(SeededFleet.CITY) && !row.get(0).equals(SeededFleet.TODAY) && !((LocalDate) row.get(0)).isBefore(SeededFleet.TODAY.minusDays(2)))
                .mapToLong(row -> (long) row.get(5)).sum();

        assertThat(missing).isEqualTo(lost.size());
    }

    /// By plain sets, not by ledgers.
    @Test
    void completenessByThing() {
        record Sums(long accepted, long duplicates, long late) {
        }
        List<Taken> truth = lake.truth().stream().filter(taken -> taken.reading().id().epoch() >= TestLake.FIRST_EPOCH_LOOKED_AT).toList();
        Map<String, List<Object>> expected = new TreeMap<>();
        Map<String, Sums> before = new HashMap<>();
        for (int ago : new int[] {7, 3, 2, 1, 0}) {
            LocalDate day = SeededFleet.TODAY.minusDays(ago);
            Instant end = Ledgers.endOf(day);
            Map<String, List<Taken>> byThing = truth.stream().filter(taken -> taken.hasArrived() && !taken.arrivals().getFirst().isAfter(end))
                    .collect(Collectors.groupingBy(Taken::thing));
            byThing.forEach((thing, arrived) -> {
                Map<Long, NavigableSet<Long>> seqs = new TreeMap<>();
                arrived.forEach(taken -> seqs.computeIfAbsent(taken.reading().id().epoch(), _ -> new TreeSet<>()).add(taken.reading().id().seq()));
                long highest = seqs.values().stream().mapToLong(NavigableSet::last).sum();
                long deliveries = arrived.stream().flatMap(taken -> taken.arrivals().stream()).filter(arrival -> !arrival.isAfter(end)).count();
                long late = arrived.stream().filter(taken -> Duration.between(taken.at(), taken.arrivals().getFirst()).compareTo(Ledgers.LATE) > 0).count();
                var sums = new Sums(arrived.size(), deliveries - arrived.size(), late);
                Sums last = before.getOrDefault(thing, new Sums(0, 0, 0));
                before.put(thing, sums);
                expected.put(day + " " + thing, List.of(sums.accepted - last.accepted, sums.duplicates - last.duplicates, sums.late - last.late, 0L,
                        highest, highest - arrived.size(), 0L, 0L, missing(seqs)));
            });
        }

        List<List<Object>> rows = rows("completeness_by_thing", "day", "thing", "accepted", "duplicates", "late", "rejected", "expected", "missing", "lost", "given_up",
                "complete_pct", "missing_ranges");

        assertThat(rows).extracting(row -> row.get(0) + " " + row.get(1)).containsExactlyInAnyOrderElementsOf(expected.keySet());
        assertThat(rows).extracting(row -> -(long) row.get(7)).isSorted();
        assertThat(rows.getFirst().get(1)).isEqualTo(SeededFleet.CITY);
        for (List<Object> row : rows) {
            List<Object> counts = new ArrayList<>(row.subList(2, 10));
            counts.add(row.get(11));
            assertThat(counts).as("%s", row).isEqualTo(expected.get(row.get(0) + " " + row.get(1)));
            assertThat(number(row.get(10))).isCloseTo(100.0 * ((long) row.get(6) - (long) row.get(7)) / (long) row.get(6), ROUNDING);
        }
    }

    /// Epoch, first and last of each range below the highest that is not there.
    private static List<List<Long>> missing(Map<Long, NavigableSet<Long>> seqs) {
        List<List<Long>> missing = new ArrayList<>();
        seqs.forEach((epoch, there) -> {
            long first = 0;
            for (long seq = 1; seq <= there.last(); seq++) {
                if (!there.contains(seq) && first == 0) {
                    first = seq;
                } else if (there.contains(seq) && first != 0) {
                    missing.add(List.of(epoch, first, seq - 1));
                    first = 0;
                }
            }
        });
        return missing;
    }

    @Test
    void duplicatesAndDelays() {
        record Arrival(String date, String type, Taken taken) {
        }
        record Row(String date, String type) {
        }
        Map<Row, long[]> expected = new TreeMap<>(Comparator.comparing(Row::date).thenComparing(Row::type));
        Set<Arrival> seen = new HashSet<>();
        for (Taken taken : lake.truth()) {
            for (Instant arrival : taken.arrivals()) {
                LocalDate date = Taken.dayOf(arrival);
                if (date.isBefore(FIRST_OF_EIGHT_DAYS)) {
                    continue;
                }
                long[] counts = expected.computeIfAbsent(new Row(date.toString(), taken.type()), _ -> new long[5]);
                counts[0]++;
                if (seen.add(new Arrival(date.toString(), taken.type(), taken))) {
                    long seconds = Duration.between(taken.at(), arrival).toSeconds();
                    counts[1]++;
                    counts[3] += seconds > 600 ? 1 : 0;
                    counts[4] += seconds > 3_600 ? 1 : 0;
                } else {
                    counts[2]++;
                }
            }
        }
        assertThat(expected.values()).anyMatch(counts -> counts[2] > 0 && counts[3] > 0 && counts[4] > 0);

        List<List<Object>> rows = rows("duplicates_and_delays", "arrival_date", "type", "arrived", "readings", "duplicates", "over_ten_minutes", "over_an_hour");

        assertThat(rows).extracting(row -> new Row((String) row.get(0), (String) row.get(1))).containsExactlyElementsOf(expected.keySet());
        for (List<Object> row : rows) {
            assertThat(row.subList(2, 7)).as("%s", row).isEqualTo(Arrays.stream(expected.get(new Row((String) row.get(0), (String) row.get(1)))).boxed().toList());
        }
    }

    @Test
    void quarantineByReason() {
        List<Landing.Refused> refused = lake.refused().stream().filter(one -> !one.day().isBefore(FIRST_OF_EIGHT_DAYS)).toList();
        Map<String, List<Landing.Refused>> byReason = refused.stream().collect(Collectors.groupingBy(one -> one.day() + " " + one.rejection().reason()));

        List<List<Object>> rows = rows("quarantine_by_reason", "arrival_date", "reason", "records", "readings", "things", "example");

        assertThat(rows).extracting(row -> row.get(0) + " " + row.get(1)).containsExactlyInAnyOrderElementsOf(byReason.keySet()).hasSize(15);
        for (List<Object> row : rows) {
            List<Landing.Refused> ofReason = byReason.get(row.get(0) + " " + row.get(1));
            assertThat(row.get(2)).isEqualTo((long) ofReason.size());
            assertThat(row.get(3)).isEqualTo((long) ofReason.stream().mapToInt(one -> one.seqs().size()).sum());
            assertThat(row.get(4)).isEqualTo(ofReason.stream().map(Landing.Refused::thing).distinct().count());
            assertThat(row.get(5)).isEqualTo(ofReason.stream().map(one -> one.rejection().detail()).min(Comparator.naturalOrder()).orElseThrow());
        }
        IntStream.range(1, rows.size()).filter(i -> rows.get(i).get(0).equals(rows.get(i - 1).get(0)))
                .forEach(i -> assertThat((long) rows.get(i).get(2)).isLessThanOrEqualTo((long) rows.get(i - 1).get(2)));
    }

    @Test
    void latency() {
        Map<String, double[]> expected = new TreeMap<>();
        lake.truth().stream().filter(taken -> taken.hasArrived() && !taken.day().isBefore(FIRST_OF_EIGHT_DAYS))
                .collect(Collectors.groupingBy(taken -> taken.day() + " " + taken.type()))
                .forEach((key, readings) -> expected.put(key, readings.stream()
                        .mapToDouble(taken -> Duration.between(taken.at(), taken.arrivals().getFirst()).toMillis() / 1_000.0).sorted().toArray()));

        List<List<Object>> rows = rows("latency", "day", "type", "readings", "least", "half", "nine_tenths", "p99", "most");

        assertThat(rows).extracting(row -> row.get(0) + " " + row.get(1)).containsExactlyElementsOf(expected.keySet());
        for (List<Object> row : rows) {
            double[] sorted = expected.get(row.get(0) + " " + row.get(1));
            assertThat(row.get(2)).isEqualTo((long) sorted.length);
            assertThat(number(row.get(3))).isEqualTo(sorted[0]);
            assertAbout(sorted, 0.5, number(row.get(4)));
            assertAbout(sorted, 0.9, number(row.get(5)));
            assertAbout(sorted, 0.99, number(row.get(6)));
            assertThat(number(row.get(7))).isEqualTo(sorted[sorted.length - 1]);
        }
    }

    /// Percentiles are approximate: one in a hundred readings more or less.
    private static void assertAbout(double[] sorted, double share, double value) {
        int least = (int) Math.max(0, (share - 0.01) * sorted.length);
        int most = (int) Math.min(sorted.length - 1, (share + 0.01) * sorted.length);
        assertThat(value).isBetween(sorted[least], sorted[most]);
    }
}
