package dev.millrace.agent;

import dev.millrace.events.Reading;
import java.util.List;

/// What a journal writes down.
sealed interface Entry {
    /// The first entry of every segment.
    ///
    /// @param firstSeq       the seq that the next reading of the epoch gets
    /// @param syncEachAppend whether each following reading is forced to disk before it is given to anybody
    record Opened(String thing, long epoch, long firstSeq, boolean syncEachAppend) implements Entry {
    }

    record Taken(Reading reading) implements Entry {
    }

    /// These readings need no sending any more: the cloud has them, or, in the summary at the head of a segment, they are
    /// lost and known to be. Of this segment or of an older one.
    record Acknowledged(long epoch, List<SeqRange> ranges) implements Entry {
    }

    /// These readings are lost to the cloud: given up for want of room, too old, or not readable any more.
    record Lost(long epoch, List<SeqRange> ranges) implements Entry {
    }

    /// The cloud knows that these readings are lost.
    record Reported(long epoch, List<SeqRange> ranges) implements Entry {
    }

    /// The journal was closed and everything is on disk: the last entry of a segment that ended well.
    record Closed() implements Entry {
    }
}
