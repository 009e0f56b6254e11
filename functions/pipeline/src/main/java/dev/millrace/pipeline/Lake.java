package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import java.util.List;

/// Where readings land for the analysts, as they arrived: repeats included, to be removed by compaction.
@FunctionalInterface
public interface Lake {
    /// A plausible reading on its way to the lake.
    ///
    /// @param arrivedAtMillis arrival of its record at the stream
    record Landed(Reading reading, long arrivedAtMillis) {
    }

    /// Writes one object. Returns only when it is durable. The same batch again overwrites it with the same bytes.
    ///
    /// @param readings at least one, all of this type and batch
    void land(Batch batch, DeviceType type, List<Landed> readings) throws SinkUnavailable;
}
