package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/// A rule of the template that invokes functions at a rate.
///
/// @param arn     of the rule
/// @param targets the functions that it invokes
record ScheduleDefinition(String name, String arn, Duration every, List<Target> targets) {
    /// @param arn      of the function, version or alias that the rule names
    /// @param function its name, without qualifier
    record Target(String arn, String function) {
    }

    ScheduleDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(arn, "arn is null");
        requireNonNull(every, "every is null");
        targets = List.copyOf(targets);
    }
}
