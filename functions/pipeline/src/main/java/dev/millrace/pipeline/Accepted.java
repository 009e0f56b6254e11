package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;

/// A reading that is counted for the first time.
///
/// @param reading what the device measured
/// @param type    its thing's device type
/// @param record  the record that brought it
/// @param late    it came after its pane had closed; it is stored, but its pane waits for a correction
public record Accepted(Reading reading, DeviceType type, StreamRecord record, boolean late) {
    public Accepted {
        requireNonNull(reading, "reading is null");
        requireNonNull(type, "type is null");
        requireNonNull(record, "record is null");
    }
}
