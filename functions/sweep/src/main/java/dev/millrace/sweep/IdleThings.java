package dev.millrace.sweep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The stored states, as far as a sweep looks at them. A look may be some seconds old: what it misses, the next run finds,
/// and what is not idle any more, its sweep does not touch.
interface IdleThings {
    /// A part of the states, to be read on its own.
    ///
    /// @param number 0 to `of` - 1
    record Segment(int number, int of) {
        public Segment {
            if (number < 0 || number >= of) {
                throw new IllegalArgumentException("segment not in 0..%d: %d".formatted(of - 1, number));
            }
        }
    }

    /// What one read found.
    ///
    /// @param scanned states looked at
    /// @param things  those that are idle
    /// @param last    where the next page begins; empty if this was the segment's last
    record Page(long scanned, List<String> things, Optional<String> last) {
        public Page {
            things = List.copyOf(things);
            requireNonNull(last, "last is null");
        }
    }

    /// Reads on.
    ///
    /// @param after the `last` of the page before; empty for the segment's first
    /// @param now   a thing is idle if a sweep closes its open panes from then on
    Page page(Segment segment, Optional<String> after, Instant now);
}
