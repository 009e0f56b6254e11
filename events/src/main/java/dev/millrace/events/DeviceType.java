package dev.millrace.events;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A kind of device: what it measures and which readings are plausible. The one source for validation, Parquet
/// columns, Glue tables and the simulator. Lives in a JSON file beside this class, see [DeviceTypes].
///
/// @param name            as in the payload's `type`, e.g. `truck`
/// @param title           for people
/// @param measures        the known measures in the order of the table's columns, retired ones included; at least one is not
/// @param pane            the length of a pane of event time, over which statistics are kept: whole seconds that divide a
///                        day. A release that changes it leaves the panes that are stored as they are.
/// @param allowedLateness how long after its end a pane still takes readings, by the thing's own event time; also how long
///                        a thing must be silent until its panes may be closed without it
/// @param maxAge          a reading taken longer than this before its arrival is not plausible
/// @param maxSkew         a reading taken further than this after its arrival is not plausible; at most
///                        14 minutes, because Timestream refuses times 15 minutes ahead (quota of LiveAnalytics)
public record DeviceType(String name, String title, List<Measure> measures, Duration pane, Duration allowedLateness, Duration maxAge,
        Duration maxSkew) {
    private static final Duration SKEW_MAX = Duration.ofMinutes(14);
    private static final Duration DAY = Duration.ofDays(1);

    /// One measured quantity.
    ///
    /// @param name as in the payload and as the table's column; the unit is its last part
    /// @param unit for people, e.g. `°C`
    /// @param min  the smallest plausible value, inclusive
    /// @param max  the largest plausible value, inclusive
    /// @param isRetired no device is to bring it any more, and nobody is to look for it; what is stored of it stays readable,
    ///             and a reading that still brings it is taken
    public record Measure(String name, String unit, double min, double max, boolean isRetired) {
        /// One that is in use.
        public Measure(String name, String unit, double min, double max) {
            this(name, unit, min, max, false);
        }

        public Measure {
            Names.requireMeasure(name);
            requireNonNull(unit, "unit is null");
            if (!Double.isFinite(min) || !Double.isFinite(max) || min >= max) {
                throw new IllegalArgumentException("measure %s needs finite min < max: %s, %s".formatted(name, min, max));
            }
        }

        public boolean isPlausible(double value) {
            return value >= min && value <= max;
        }
    }

    public DeviceType {
        Names.requireType(name);
        requireNonNull(title, "title is null");
        measures = List.copyOf(measures);
        if (measures.isEmpty()) {
            throw new IllegalArgumentException("device type %s has no measure".formatted(name));
        }
        if (measures.stream().allMatch(Measure::isRetired)) {
            throw new IllegalArgumentException("device type %s has no measure that is not retired".formatted(name));
        }
        Map<String, Measure> byName = new LinkedHashMap<>();
        for (Measure measure : measures) {
            if (byName.put(measure.name(), measure) != null) {
                throw new IllegalArgumentException("device type %s has measure %s twice".formatted(name, measure.name()));
            }
        }
        requirePositive(pane, "pane", name);
        if (pane.toNanosPart() != 0 || DAY.toSeconds() % pane.toSeconds() != 0) {
            throw new IllegalArgumentException("pane of device type %s must be whole seconds that divide a day: %s".formatted(name, pane));
        }
        requirePositive(allowedLateness, "allowedLateness", name);
        requirePositive(maxAge, "maxAge", name);
        requirePositive(maxSkew, "maxSkew", name);
        if (maxSkew.compareTo(SKEW_MAX) > 0) {
            throw new IllegalArgumentException("maxSkew of device type %s is over %s: %s".formatted(name, SKEW_MAX, maxSkew));
        }
    }

    private static void requirePositive(Duration duration, String what, String type) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("%s of device type %s must be positive: %s".formatted(what, type, duration));
        }
    }

    /// Names the columns that files of this type have: the form of the type's file, and how many measures there are. They are
    /// only ever appended, so the number says which, and of two versions the greater has all the columns of the other.
    public String schemaVersion() {
        return "1." + measures.size();
    }

    public Optional<Measure> measure(String measure) {
        int index = indexOf(measure);
        return index < 0 ? Optional.empty() : Optional.of(measures.get(index));
    }

    /// The measures that are in use, in their order.
    public List<Measure> measuresInUse() {
        return measures.stream().filter(measure -> !measure.isRetired()).toList();
    }

    /// Where a measure stands in [#measures].
    ///
    /// @return its index, or -1 if this type does not know it
    public int indexOf(String measure) {
        for (int index = 0; index < measures.size(); index++) {
            if (measures.get(index).name().equals(measure)) {
                return index;
            }
        }
        return -1;
    }
}
