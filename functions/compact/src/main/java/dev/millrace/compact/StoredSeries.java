package dev.millrace.compact;

import dev.millrace.events.DeviceType;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Pane;
import java.util.SortedMap;
import java.util.function.Consumer;

/// What stands in the hot store, asked of it by a client of its own.
public interface StoredSeries {
    /// A part of the hot store: things by their names, both included, and instants in milliseconds since 1970, the last one
    /// excluded.
    record Span(String firstThing, String lastThing, long fromMillis, long toMillis) {
    }

    /// A reading as it stands there.
    ///
    /// @param measures that the type knows, as many as have a value; there may be none
    record StoredReading(ReadingId id, long takenAtMillis, SortedMap<String, Double> measures) {
    }

    /// A pane as it stands there. Of its aggregates the rests of the sums and the instants of first and last are not stored.
    record StoredPane(String thing, Pane pane) {
    }

    /// Hands over the readings of a type, in any order.
    void readings(DeviceType type, Span span, Consumer<StoredReading> reader);

    /// Hands over the panes of a type, in any order.
    void panes(DeviceType type, Span span, Consumer<StoredPane> reader);
}
