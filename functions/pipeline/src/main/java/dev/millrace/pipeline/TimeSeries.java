package dev.millrace.pipeline;

import java.util.List;

/// The hot store. Storing the same reading twice must leave one; storing a rollup must not replace one with more readings.
@FunctionalInterface
public interface TimeSeries {
    /// A reading that the store will never take.
    ///
    /// @param why in the store's words
    record Refused(Accepted reading, String why) {
    }

    /// Returns only when every reading and rollup is durable or refused for good.
    ///
    /// @return the readings that were refused for what they hold
    /// @throws SinkUnavailable if anything is to be tried again
    List<Refused> store(List<Accepted> readings, List<Rollup> rollups) throws SinkUnavailable;
}
