package dev.millrace.lake;

import dev.millrace.events.Reading;
import dev.millrace.pipeline.Lake.Landed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Readings in the order of the lake's files: by thing, instant, id; of two with the same id first the one that came first.
/// Things are compared by name once each, not once a reading, and a thing's readings mostly come in their order.
final class SortedReadings {
    /// Among readings of one thing.
    private static final Comparator<Landed> ORDER_OF_ONE = SortedReadings::compareOfOne;

    private final Landed[] readings;
    private final String[] things;
    /// Of each thing where its readings begin; and behind the last, their number.
    private final int[] begins;

    private SortedReadings(Landed[] readings, String[] things, int[] begins) {
        this.readings = readings;
        this.things = things;
        this.begins = begins;
    }

    static SortedReadings of(List<Landed> unsorted) {
        int[] thingOf = new int[unsorted.size()];
        String[] things = number(unsorted, thingOf);
        int[] rankOf = rank(things);
        int[] begins = new int[things.length + 1];
        for (int i = 0; i < thingOf.length; i++) {
            thingOf[i] = rankOf[thingOf[i]];
            begins[thingOf[i] + 1]++;
        }
        for (int thing = 0; thing < things.length; thing++) {
            begins[thing + 1] += begins[thing];
        }
        int[] next = begins.clone();
        var sorted = new Landed[thingOf.length];
        for (int i = 0; i < thingOf.length; i++) {
            sorted[next[thingOf[i]]++] = unsorted.get(i);
        }
        for (int thing = 0; thing < things.length; thing++) {
            sortOne(sorted, begins[thing], begins[thing + 1]);
        }
        return new SortedReadings(sorted, things, begins);
    }

    /// Numbers the things as they come.
    private static String[] number(List<Landed> readings, int[] thingOf) {
        Map<String, Integer> numbers = new HashMap<>();
        String last = null;
        int number = -1;
        for (int i = 0; i < thingOf.length; i++) {
            String thing = readings.get(i).reading().id().thing();
            if (!thing.equals(last)) {
                number = numbers.computeIfAbsent(thing, _ -> numbers.size());
                last = thing;
            }
            thingOf[i] = number;
        }
        var things = new String[numbers.size()];
        numbers.forEach((thing, at) -> things[at] = thing);
        return things;
    }

    /// Sorts the things.
    ///
    /// @return for each place before, the place after
    private static int[] rank(String[] things) {
        var unsorted = things.clone();
        Arrays.sort(things);
        var rankOf = new int[things.length];
        for (int i = 0; i < rankOf.length; i++) {
            rankOf[i] = Arrays.binarySearch(things, unsorted[i]);
        }
        return rankOf;
    }

    private static void sortOne(Landed[] readings, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (ORDER_OF_ONE.compare(readings[i - 1], readings[i]) > 0) {
                Arrays.sort(readings, from, to, ORDER_OF_ONE);
                return;
            }
        }
    }

    private static int compareOfOne(Landed one, Landed other) {
        Reading first = one.reading();
        Reading second = other.reading();
        if (first.takenAtMillis() != second.takenAtMillis()) {
            return Long.compare(first.takenAtMillis(), second.takenAtMillis());
        }
        if (first.id().epoch() != second.id().epoch()) {
            return Long.compare(first.id().epoch(), second.id().epoch());
        }
        return Long.compare(first.id().seq(), second.id().seq());
    }

    int size() {
        return readings.length;
    }

    Landed get(int index) {
        return readings[index];
    }

    /// In their order.
    String[] things() {
        return things;
    }

    /// For each reading the place of its thing in [#things].
    int[] thingOf() {
        var thingOf = new int[readings.length];
        for (int thing = 0; thing < things.length; thing++) {
            Arrays.fill(thingOf, begins[thing], begins[thing + 1], thing);
        }
        return thingOf;
    }
}
