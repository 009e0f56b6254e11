package dev.millrace.lake;

import dev.millrace.pipeline.LandedRows;
import java.util.Arrays;
import java.util.Comparator;

/// In which order rows go into the lake's files: by thing, instant, id; of two with the same id first the one that came first.
/// Things are compared by name once each, not once a row, and a thing's rows mostly come in their order.
///
/// @param things  in their order
/// @param thingOf for each row of the file, the place of its thing in `things`
/// @param rows    for each row of the file, which of those that came it is
record RowOrder(String[] things, int[] thingOf, int[] rows) {
    static RowOrder of(LandedRows rows) {
        String[] things = rows.things().toArray(String[]::new);
        int[] rankOf = sort(things);
        var begins = new int[things.length + 1];
        for (int row = 0; row < rows.size(); row++) {
            begins[rankOf[rows.thing(row)] + 1]++;
        }
        for (int thing = 0; thing < things.length; thing++) {
            begins[thing + 1] += begins[thing];
        }
        int[] next = begins.clone();
        var order = new int[rows.size()];
        for (int row = 0; row < order.length; row++) {
            order[next[rankOf[rows.thing(row)]]++] = row;
        }
        var thingOf = new int[order.length];
        for (int thing = 0; thing < things.length; thing++) {
            sortOne(rows, order, begins[thing], begins[thing + 1]);
            Arrays.fill(thingOf, begins[thing], begins[thing + 1], thing);
        }
        return new RowOrder(things, thingOf, order);
    }

    /// @return for each place before, the place after
    private static int[] sort(String[] things) {
        String[] unsorted = things.clone();
        Arrays.sort(things);
        var rankOf = new int[things.length];
        for (int i = 0; i < rankOf.length; i++) {
            rankOf[i] = Arrays.binarySearch(things, unsorted[i]);
        }
        return rankOf;
    }

    private static void sortOne(LandedRows rows, int[] order, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (compareOfOneThing(rows, order[i - 1], order[i]) > 0) {
                Comparator<Integer> byRow = (one, other) -> compareOfOneThing(rows, one, other);
                int[] sorted = Arrays.stream(order, from, to).boxed().sorted(byRow).mapToInt(Integer::intValue).toArray();
                System.arraycopy(sorted, 0, order, from, sorted.length);
                return;
            }
        }
    }

    private static int compareOfOneThing(LandedRows rows, int one, int other) {
        if (rows.takenAtMillis(one) != rows.takenAtMillis(other)) {
            return Long.compare(rows.takenAtMillis(one), rows.takenAtMillis(other));
        }
        if (rows.epoch(one) != rows.epoch(other)) {
            return Long.compare(rows.epoch(one), rows.epoch(other));
        }
        return Long.compare(rows.seq(one), rows.seq(other));
    }
}
