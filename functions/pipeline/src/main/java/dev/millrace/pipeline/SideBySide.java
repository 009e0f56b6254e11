package dev.millrace.pipeline;

import java.util.List;

/// Runs tasks at the same time.
@FunctionalInterface
public interface SideBySide {
    /// Returns when all tasks have ended or the time is up. A task that has not ended by then is interrupted and left
    /// behind: what it still does, nobody waits for.
    ///
    /// @throws RuntimeException what a task threw
    void run(List<? extends Runnable> tasks, long withinMillis);
}
