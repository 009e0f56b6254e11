package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Which landed readings are replayed.
///
/// @param from  of their arrival at the stream, included; not before 1970
/// @param to    of their arrival, excluded
/// @param thing of which alone; of all if it is empty
public record ReplayRange(Instant from, Instant to, Optional<String> thing) {
    public ReplayRange {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
        requireNonNull(thing, "thing is null");
        if (from.isBefore(Instant.EPOCH) || !from.isBefore(to)) {
            throw new IllegalArgumentException("a range must begin in or after 1970 and end after it begins: from %s to %s".formatted(from, to));
        }
    }

    boolean covers(long arrivedAtMillis) {
        return arrivedAtMillis >= from.toEpochMilli() && arrivedAtMillis < to.toEpochMilli();
    }

    /// All keys of the first hour sort after it.
    String firstHour() {
        return ArrivalHour.prefix(from);
    }

    /// All keys of the last hour sort before it.
    String afterLastHour() {
        return ArrivalHour.prefix(ArrivalHour.start(to.minusMillis(1)).plus(Duration.ofHours(1)));
    }
}
