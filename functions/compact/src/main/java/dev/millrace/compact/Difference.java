package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;

/// One thing that is not stored as the code of today would store it.
///
/// @param at       when the reading was taken, or its pane begins
/// @param what     the reading's epoch and seq, or the pane
/// @param replayed what today's code makes of it, in words; empty if nothing
/// @param stored   what stands there, in words; empty if nothing
public record Difference(Store store, Kind kind, String thing, Instant at, String what, String replayed, String stored) {
    /// Where.
    public enum Store {
        /// The table of readings.
        TABLE,
        /// The hot store's table of readings.
        HOT_STORE,
        /// The hot store's table of rollups.
        PANES;

        /// For a person.
        public String inWords() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// How.
    public enum Kind {
        /// It is not there.
        MISSING,
        /// It is there with other values.
        DIFFERENT,
        /// It is there more than once.
        DOUBLED,
        /// Two readings have one identity, so nobody can say which one is right. No replay mends it: a device has given an
        /// identity twice.
        CONFLICTING,
        /// A pane that would have fewer readings than it has. The table may have lost some that arrived outside of the range, so
        /// only a replay from before the pane to the end of what is compacted mends it.
        FEWER,
        /// It is there, and the code of today would refuse it. No replay takes away what was taken.
        REFUSED,
        /// It is there, and has not landed. No replay takes away what was taken.
        NOT_LANDED;

        /// For a person.
        public String inWords() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        /// Whether a replay may mend it.
        public boolean isMendable() {
            return this == MISSING || this == DIFFERENT || this == DOUBLED;
        }
    }

    public Difference {
        requireNonNull(store, "store is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(thing, "thing is null");
        requireNonNull(at, "at is null");
    }

    ObjectNode json() {
        return Request.JSON.createObjectNode()
                .put("store", store.inWords())
                .put("kind", kind.inWords())
                .put("thing", thing)
                .put("at", at.toString())
                .put("what", what)
                .put("replayed", replayed)
                .put("stored", stored);
    }

    @Override
    public String toString() {
        return "%s: %s %s, %s, is %s%s%s".formatted(store.inWords(), thing, what, at, kind.inWords(),
                replayed.isEmpty() ? "" : "; replayed " + replayed, stored.isEmpty() ? "" : "; stored " + stored);
    }
}
