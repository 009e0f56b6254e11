package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/// The readings of one thing in one minute of event time, as statistics by measure. Panes merge, so a rolling
/// window of five minutes is five panes.
///
/// @param key      which minute, of which device type
/// @param readings how many readings are in it; grows with each, so it serves the hot store as version
/// @param measures by name; only measures that the device type knows
public record Pane(Key key, long readings, SortedMap<String, Aggregate> measures) {
    /// The length of a pane.
    public static final long MILLIS = 60_000;

    /// @param type        name of the device type
    /// @param startMillis the pane's first instant, a multiple of [#MILLIS]
    public record Key(String type, long startMillis) implements Comparable<Key> {
        private static final Comparator<Key> ORDER = Comparator.comparingLong(Key::startMillis).thenComparing(Key::type);

        public Key {
            requireNonNull(type, "type is null");
            if (startMillis % MILLIS != 0 || startMillis < 0) {
                throw new IllegalArgumentException("pane starts at no whole minute: " + startMillis);
            }
        }

        static Key of(DeviceType type, long takenAtMillis) {
            return new Key(type.name(), takenAtMillis - takenAtMillis % MILLIS);
        }

        public long endMillis() {
            return startMillis + MILLIS;
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
