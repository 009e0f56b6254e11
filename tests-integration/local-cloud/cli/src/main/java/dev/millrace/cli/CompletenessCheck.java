package dev.millrace.cli;

import dev.millrace.completeness.CompletenessRow;
import dev.millrace.completeness.CompletenessRow.Missing;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Holds the table of completeness against the ground truth, thing by thing. Pure.
final class CompletenessCheck {
    private CompletenessCheck() {
    }

    /// @param known the ground truth without what went with a disk
    /// @return what the table says otherwise, in words; empty if nothing
    static List<String> problems(GroundTruth known, List<CompletenessRow> rows) {
        SortedMap<String, SortedMap<Long, NavigableSet<Long>>> taken = new TreeMap<>();
        for (ReadingId id : known.readings().keySet()) {
            taken.computeIfAbsent(id.thing(), _ -> new TreeMap<>()).computeIfAbsent(id.epoch(), _ -> new TreeSet<>()).add(id.seq());
        }
        List<String> problems = new ArrayList<>();
        Map<String, SortedMap<Long, NavigableSet<Long>>> left = new TreeMap<>(taken);
        for (CompletenessRow row : rows) {
            SortedMap<Long, NavigableSet<Long>> ofThing = left.remove(row.thing());
            compare(row, ofThing == null ? new TreeMap<>() : ofThing, problems);
        }
        left.forEach((thing, ofThing) -> problems.add("%s: %d readings were taken, and it has no row in the table of completeness"
                .formatted(thing, ofThing.values().stream().mapToInt(NavigableSet::size).sum())));
        return problems;
    }

    private static void compare(CompletenessRow row, SortedMap<Long, NavigableSet<Long>> taken, List<String> problems) {
        long count = taken.values().stream().mapToLong(NavigableSet::size).sum();
        List<Missing> gaps = gaps(taken);
        if (row.taken() != count || row.lost() != 0 || row.givenUp() != 0) {
            problems.add("%s: the table of completeness has %d readings taken, %d lost and %d given up; taken were %d"
                    .formatted(row.thing(), row.taken(), row.lost(), row.givenUp(), count));
        }
        if (!row.gaps().equals(gaps)) {
            problems.add("%s: the table of completeness misses %s, the ground truth %s".formatted(row.thing(), row.gaps(), gaps));
        }
    }

    /// What is not there below the highest of each epoch.
    private static List<Missing> gaps(SortedMap<Long, NavigableSet<Long>> taken) {
        List<Missing> gaps = new ArrayList<>();
        taken.forEach((epoch, seqs) -> {
            long next = 1;
            for (long seq : seqs) {
                if (seq > next) {
                    gaps.add(new Missing(epoch, next, seq - 1));
                }
                next = seq + 1;
            }
        });
        return gaps;
    }
}
