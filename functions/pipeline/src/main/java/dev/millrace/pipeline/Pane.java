package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Names;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/// The readings of one thing in a short span of event time, mostly a minute, as statistics by measure. Panes merge, so
/// a rolling window of five minutes is five panes of one.
///
/// @param key      which span, of which device type
/// @param readings how many readings are in it; grows with each, so it serves the hot store as version
/// @param measures by name; only measures that the device type knows
public record Pane(Key key, long readings, SortedMap<String, Aggregate> measures) {
    /// @param type         name of the device type
    /// @param startMillis  the pane's first instant, milliseconds since 1970-01-01T00:00Z, a multiple of the length
    /// @param lengthMillis whole seconds, see [DeviceType#pane]
    public record Key(String type, long startMillis, long lengthMillis) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparingLong(Key::startMillis).thenComparing(Key::type).thenComparingLong(Key::lengthMillis);

        public Key {
            requireNonNull(type, "type is null");
            if (lengthMillis < 1_000 || lengthMillis % 1_000 != 0 || startMillis % lengthMillis != 0 || startMillis < 0) {
                throw new IllegalArgumentException("pane of %d ms starts at %d".formatted(lengthMillis, startMillis));
            }
        }

        static Key of(DeviceType type, long takenAtMillis) {
            long lengthMillis = type.pane().toMillis();
            return new Key(type.name(), takenAtMillis - takenAtMillis % lengthMillis, lengthMillis);
        }

        public long endMillis() {
            return startMillis + lengthMillis;
        }

        /// See [Names#pane].
        public String name() {
            return Names.pane(Duration.ofMillis(lengthMillis));
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    public Pane {
        requireNonNull(key, "key is null");
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
        if (readings < 0) {
            throw new IllegalArgumentException("pane of %d readings".formatted(readings));
        }
    }

    static Pane empty(Key key) {
        return new Pane(key, 0, new TreeMap<>());
    }
}
