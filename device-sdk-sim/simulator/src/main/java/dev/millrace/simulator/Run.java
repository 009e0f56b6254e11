package dev.millrace.simulator;

import java.io.IOException;

/// One run of a fleet, over any [Transport].
interface Run extends AutoCloseable {
    /// Ends the readings early; what was taken is still brought to the cloud. From any thread.
    void requestStop();

    /// @throws IOException if the truth file cannot be written
    Outcome run() throws IOException;

    @Override
    void close() throws IOException;

    /// How a run ended.
    ///
    /// @param isComplete whether the cloud has everything
    /// @param message    for a person
    record Outcome(boolean isComplete, String message, Totals totals) {
    }
}
