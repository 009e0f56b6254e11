package dev.millrace.cli;

import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Holds the rolling averages that Timestream gave against a plain computation over the ground truth.
final class RollingCheck {
    /// The panes add in the order of arrival, this adds in the order of seq: the sums differ by rounding only.
    private static final double TOLERANCE = 1e-9;

    private RollingCheck() {
    }

    private static final class Sum {
        private long readings;
        private long values;
        private double sum;
    }

    /// @param fromMillis start of the first pane in the window
    /// @return in words what differs; empty if nothing does
    static List<String> problems(GroundTruth truth, String measure, long fromMillis, List<HotStore.Rolling> rolling) {
        Map<String, Sum> expected = new TreeMap<>();
        for (Map.Entry<ReadingId, GroundTruth.Taken> entry : truth.readings().entrySet()) {
            GroundTruth.Taken taken = entry.getValue();
            if (taken.isPlausible() && taken.takenAtMillis() >= fromMillis) {
                Sum sum = expected.computeIfAbsent(entry.getKey().thing(), _ -> new Sum());
                sum.readings++;
                Double value = taken.measures().get(measure);
                if (value != null) {
                    sum.values++;
                    sum.sum += value;
                }
            }
        }
        List<String> problems = new ArrayList<>();
        for (HotStore.Rolling one : rolling) {
            Sum sum = expected.remove(one.thing());
            double average = sum == null ? Double.NaN : sum.sum / sum.values;
            if (sum == null || sum.readings != one.readings() || Math.abs(average - one.average()) > TOLERANCE * Math.max(1, Math.abs(average))) {
                problems.add("rolling average of %s: %s over %d readings, the truth is %s over %d".formatted(
                        one.thing(), one.average(), one.readings(), average, sum == null ? 0 : sum.readings));
            }
        }
        expected.keySet().forEach(thing -> problems.add("rolling average of %s is missing".formatted(thing)));
        return problems;
    }
}
