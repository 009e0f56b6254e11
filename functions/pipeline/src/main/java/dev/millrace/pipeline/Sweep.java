package dev.millrace.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// A record that brings no reading but the time: it closes the panes of a thing that has been silent for its type's
/// allowed lateness, because such a thing moves no watermark. It comes through the stream under the thing's own
/// partition key, so it has its place among the thing's records and every delivery of it decides the same; a sweep
/// that wrote the state from aside would race with plans whose rollups are already stored.
///
/// Whether the thing is silent is decided where the sweep stands in the shard, from times of arrival alone. So one
/// that comes too late does nothing, and a device that forges one only closes panes that were to be closed.
public final class Sweep {
    private static final byte[] PAYLOAD = "sweep/1".getBytes(US_ASCII);

    private Sweep() {
    }

    /// The bytes of the record.
    public static byte[] payload() {
        return PAYLOAD.clone();
    }

    static boolean is(StreamRecord record) {
        return Arrays.equals(PAYLOAD, record.payload());
    }
}
