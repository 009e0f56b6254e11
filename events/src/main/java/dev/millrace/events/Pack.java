package dev.millrace.events;

import java.util.List;

/// One MQTT message: one or many readings of one thing in one epoch. AWS IoT Core meters messages in steps
/// of 5 KB and a Kinesis shard takes 1,000 records a second, so packing is the largest lever on cost and scale.
///
/// @param thing    the thing that the payload claims; only the topic's thing is trusted
/// @param type     the name of its device type
/// @param epoch    the epoch of all readings
/// @param readings 1 to [#READINGS_MAX], all of this thing and epoch
public record Pack(String thing, String type, long epoch, List<Reading> readings) {
    public static final int READINGS_MAX = 1_000;
    /// AWS IoT Core refuses a larger MQTT payload (quota "message size", 128 KB, not adjustable).
    public static final int BYTES_MAX = 128 * 1024;

    public Pack {
        Names.requireThing(thing);
        Names.requireType(type);
        readings = List.copyOf(readings);
        if (readings.isEmpty() || readings.size() > READINGS_MAX) {
            throw new IllegalArgumentException("pack of %s holds %d readings, not 1..%d".formatted(thing, readings.size(), READINGS_MAX));
        }
        for (Reading reading : readings) {
            if (!reading.id().thing().equals(thing) || reading.id().epoch() != epoch) {
                throw new IllegalArgumentException("pack of %s/%d holds reading %s".formatted(thing, epoch, reading.id()));
            }
        }
    }
}
