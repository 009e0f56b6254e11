package dev.millrace.compact;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.pipeline.Pane;
import java.util.function.Consumer;

/// What stands in the hot store, asked of it by a client of its own.
public interface StoredSeries {
    /// A part of the hot store: things by their names, both included, and instants in milliseconds since 1970, the last one
    /// excluded.
    record Span(String firstThing, String lastThing, long fromMillis, long toMillis) {
    }

    /// A pane as it stands there. Of its aggregates the rests of the sums and the instants of first and last are not stored.
    record StoredPane(String thing, Pane pane) {
    }

    /// Hands over the readings of a type, in any order, with the measures that the type knows.
    void readings(DeviceType type, Span span, Consumer<Reading> reader);

    /// Hands over the panes of a type, in any order.
    void panes(DeviceType type, Span span, Consumer<StoredPane> reader);
}
