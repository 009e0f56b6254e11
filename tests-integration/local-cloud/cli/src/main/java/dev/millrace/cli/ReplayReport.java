package dev.millrace.cli;

import dev.millrace.compact.Difference;
import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import dev.millrace.compact.ReplayOutcome;
import dev.millrace.compact.ReplayRange;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// What a replay found, for a person.
///
/// @param outcomes by device type
record ReplayReport(List<ReplayOutcome> outcomes, ReplayRange range, boolean isWithHotStore, boolean isDryRun) {
    /// @return whether everything is as it should be
    boolean print(PrintWriter out) {
        out.printf("What arrived from %s to %s%s, by the code of this project%n", range.from(), range.to(), range.thing().map(thing -> " of " + thing).orElse(""));
        var landed = new TextTable("type", "landing objects", "rows", "readings", "repeats", "refused", "not compacted yet");
        outcomes.forEach(one -> landed.row(one.type(), one.objects(), one.rows(), one.readings(), one.rows() - one.readings() - one.refused(), one.refused(),
                one.notCompacted()));
        out.println(landed);
        var stored = new TextTable("type", "store", "same", "missing", "different", "doubled", "not to be mended", "mended", "left");
        for (ReplayOutcome one : outcomes) {
            for (Store store : isWithHotStore ? Store.values() : new Store[] {Store.TABLE}) {
                stored.row(one.type(), store.inWords(), one.same().getOrDefault(store, 0L), one.found(store, Kind.MISSING), one.found(store, Kind.DIFFERENT),
                        one.found(store, Kind.DOUBLED), unmendable(one.found().getOrDefault(store, Map.of())), one.mended().getOrDefault(store, 0L),
                        one.left().getOrDefault(store, Map.of()).values().stream().mapToLong(Long::longValue).sum());
            }
        }
        out.println(stored);
        outcomes.forEach(one -> details(one, out));
        boolean isSame = outcomes.stream().allMatch(ReplayOutcome::isSame);
        out.println(verdict(isSame));
        return isSame;
    }

    private static long unmendable(Map<Kind, Long> found) {
        return found.entrySet().stream().filter(one -> !one.getKey().isMendable()).mapToLong(Map.Entry::getValue).sum();
    }

    private void details(ReplayOutcome one, PrintWriter out) {
        long differences = one.found().values().stream().flatMap(kinds -> kinds.values().stream()).mapToLong(Long::longValue).sum();
        if (differences > 0) {
            out.printf("%s: the first %,d of %,d differences; all are in %sdifferences.jsonl.gz%n", one.type(), one.first().size(), differences, one.shadow());
            for (Difference difference : one.first()) {
                out.println("  " + difference);
            }
        }
        if (isWithHotStore && one.panesWaiting() + one.panesInPart() > 0) {
            out.printf("%s: panes not compared: %,d are open or about to be corrected, %,d have readings that arrived outside of the range%n",
                    one.type(), one.panesWaiting(), one.panesInPart());
        }
        if (one.withoutLanding() > 0) {
            out.printf("%s: readings of the table not compared: %,d, what landed in their hours is gone%n", one.type(), one.withoutLanding());
        }
        one.unreadable().forEach(object -> out.println("cannot be read: " + object));
        one.problems().forEach(problem -> out.println("not mended: " + problem));
        if (one.readings() > 0) {
            out.printf("%s: replayed readings are in %s%n", one.type(), one.shadow());
        }
    }

    private String verdict(boolean isSame) {
        boolean isNothingFound = outcomes.stream().allMatch(one -> one.found().isEmpty());
        if (isSame && isNothingFound) {
            return "All of it is stored as this code would store it.";
        }
        if (isSame) {
            return "All of it is stored as this code would store it, now that it is mended.";
        }
        return isDryRun ? "It is not stored as this code would store it. Nothing was mended: --dry-run." : "Not all of it is stored as this code would store it.";
    }
}
