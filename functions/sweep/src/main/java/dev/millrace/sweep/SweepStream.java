package dev.millrace.sweep;

import java.util.List;

/// Takes sweeps to where the things' records are.
@FunctionalInterface
interface SweepStream {
    /// Puts a sweep for each thing, once.
    ///
    /// @param things at most [Sweeper#SWEEPS_A_SECOND]
    /// @return those whose sweep was not taken
    List<String> put(List<String> things);
}
