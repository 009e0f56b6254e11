package dev.millrace.pipeline;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import java.util.List;
import java.util.Optional;

/// What can be said of a record without any state. It depends on the record alone (its arrival time is part of
/// it), so the function that counts and the function that archives come to the same verdict.
public sealed interface Inspection {
    /// The record cannot be taken at all.
    record Refused(Rejection rejection) implements Inspection {
    }

    /// It is a [Sweep].
    record Swept() implements Inspection {
    }

    /// The sender may speak for the thing; each reading is plausible or has its rejection.
    record Legible(DeviceType type, List<Inspected> readings) implements Inspection {
        public Legible {
            readings = List.copyOf(readings);
        }
    }

    /// @param rejection why the reading is not plausible, if it is not
    record Inspected(Reading reading, Optional<Rejection> rejection) {
    }
}
