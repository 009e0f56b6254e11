package dev.millrace.pipeline;

import java.util.List;
import java.util.Map;

/// The hot store. Storing the same reading twice must leave one; storing a rollup must not replace one with more readings.
@FunctionalInterface
public interface TimeSeries {
    /// A reading that the store will never take.
    ///
    /// @param why in the store's words
    record Refused(Accepted reading, String why) {
    }

    /// What became of readings and rollups.
    ///
    /// @param refused   the readings that were refused for what they hold
    /// @param unsettled the things of which a reading or rollup is not known to be durable, and why; all else is durable
    record Stored(List<Refused> refused, Map<String, String> unsettled) {
        /// All is durable.
        public static final Stored ALL = new Stored(List.of(), Map.of());

        public Stored {
            refused = List.copyOf(refused);
            unsettled = Map.copyOf(unsettled);
        }
    }

    /// For a deployment without a hot store, whose readings are in the lake alone.
    TimeSeries NONE = (_, _) -> Stored.ALL;

    /// Returns when every reading and rollup is durable, or refused, or given up for now.
    Stored store(List<Accepted> readings, List<Rollup> rollups);
}
