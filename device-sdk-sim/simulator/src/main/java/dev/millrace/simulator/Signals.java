package dev.millrace.simulator;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.SortedMap;

/// What one device measures as time goes by: plausible, within the ranges of its device type, and the same for the
/// same seed and instants.
interface Signals {
    /// @param at never before the last one
    SortedMap<String, Double> next(Instant at);

    /// As a sensor reports it, with so many decimals and no more.
    static double rounded(double value, int decimals) {
        return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
    }
}
