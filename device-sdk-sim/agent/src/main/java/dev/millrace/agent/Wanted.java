package dev.millrace.agent;

import dev.millrace.events.ReadingId;

/// Which readings somebody reads back.
interface Wanted {
    /// Whether a segment may hold any: the others are not even opened.
    boolean mayBeIn(Segment segment);

    boolean wants(ReadingId id);

    /// Whether reading ends before this one.
    boolean endsBefore(ReadingId id);
}
