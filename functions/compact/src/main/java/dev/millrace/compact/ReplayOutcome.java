package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import dev.millrace.compact.Difference.Kind;
import dev.millrace.compact.Difference.Store;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a replay of one device type found, and what it did.
///
/// @param type       name of the device type
/// @param shadow     where in the lake that lies which the replay made
/// @param objects    landing objects that were replayed
/// @param notCompacted landing objects that the table has not taken yet: they were left out
/// @param unreadable landing objects that could not be read, and why
/// @param rows       of the range in these objects
/// @param readings   each once
/// @param refused    rows that the code of today refuses
/// @param panesWaiting panes that are open, or on compaction's list: they were left out
/// @param panesInPart  panes with readings that arrived outside of the range: they were left out
/// @param withoutLanding readings of the table that arrived in hours whose landing objects are gone
/// @param same       by store, what is as it should be
/// @param found      by store and kind, what is not
/// @param first      some of that
/// @param mended     by store, what was written anew
/// @param left       by store and kind, what still is not, by the last look
/// @param problems   of the hot store when something was to be mended
public record ReplayOutcome(String type, String shadow, long objects, long notCompacted, List<String> unreadable, long rows, long readings, long refused,
        long panesWaiting, long panesInPart, long withoutLanding, Map<Store, Long> same, Map<Store, Map<Kind, Long>> found, List<Difference> first, Map<Store, Long> mended,
        Map<Store, Map<Kind, Long>> left, List<String> problems) {
    public ReplayOutcome {
        unreadable = List.copyOf(unreadable);
        first = List.copyOf(first);
        problems = List.copyOf(problems);
    }

    /// Whether everything is stored as the code of today would store it, at last.
    public boolean isSame() {
        return unreadable.isEmpty() && problems.isEmpty() && left.values().stream().allMatch(Map::isEmpty);
    }

    /// What was found in a store.
    public long found(Store store, Kind kind) {
        return found.getOrDefault(store, Map.of()).getOrDefault(kind, 0L);
    }

    /// This one, which was the first look, and what the last one found.
    ///
    /// @param mendedInAll by all looks
    ReplayOutcome followedBy(ReplayOutcome last, Map<Store, Long> mendedInAll) {
        return new ReplayOutcome(type, shadow, objects, notCompacted, unreadable, rows, readings, refused, panesWaiting, panesInPart, withoutLanding, same, found, first,
                mendedInAll, last.found, last.problems);
    }

    long mendedInAll() {
        return mended.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Collects what a pass finds.
    static final class Tally {
        private static final int FIRST = 20;

        private final String type;
        private final Shadow shadow;
        private final List<String> unreadable = new ArrayList<>();
        private final Map<Store, Long> same = new EnumMap<>(Store.class);
        private final Map<Store, Map<Kind, Long>> found = new EnumMap<>(Store.class);
        private final Map<Store, Long> mended = new EnumMap<>(Store.class);
        private final List<Difference> first = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private long objects;
        private long notCompacted;
        private long rows;
        private long readings;
        private long refused;
        private long panesWaiting;
        private long panesInPart;
        private long withoutLanding;

        Tally(String type, Shadow shadow) {
            this.type = requireNonNull(type, "type is null");
            this.shadow = requireNonNull(shadow, "shadow is null");
        }

        void object(long rowsOfRange) {
            objects++;
            rows += rowsOfRange;
        }

        void notCompacted() {
            notCompacted++;
        }

        void unreadable(String why) {
            unreadable.add(why);
        }

        boolean isAllRead() {
            return unreadable.isEmpty();
        }

        void reading() {
            readings++;
        }

        void refused() {
            refused++;
        }

        void paneWaits() {
            panesWaiting++;
        }

        void paneInPart() {
            panesInPart++;
        }

        void withoutLanding() {
            withoutLanding++;
        }

        void same(Store store) {
            same.merge(store, 1L, Long::sum);
        }

        void found(Difference difference) {
            found.computeIfAbsent(difference.store(), _ -> new EnumMap<>(Kind.class)).merge(difference.kind(), 1L, Long::sum);
            if (first.size() < FIRST) {
                first.add(difference);
            }
            shadow.difference(difference);
        }

        void mended(Store store, long count) {
            mended.merge(store, count, Long::sum);
        }

        void problem(String problem) {
            problems.add(problem);
        }

        ReplayOutcome outcome() {
            return new ReplayOutcome(type, shadow.location(), objects, notCompacted, unreadable, rows, readings, refused, panesWaiting, panesInPart, withoutLanding, same, found,
                    first, mended, found, problems);
        }
    }
}
