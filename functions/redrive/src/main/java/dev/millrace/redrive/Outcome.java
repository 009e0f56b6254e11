package dev.millrace.redrive;

import java.util.List;

/// What came of a run; of a dry one, what would have. A record counts as often as a document tells of it:
/// redriven + covered + sweeps + quarantined + left = records.
///
/// @param documents   that were read
/// @param waiting     that a schedule leaves for a while yet
/// @param records     in the documents
/// @param redriven    whose bytes are in the stream again
/// @param covered     that need nothing any more, because a copy was put before
/// @param sweeps      left out: they tell the time, and theirs is over; the schedule sends new ones
/// @param quarantined given up again after [Redriver#COPIES_MAX] copies
/// @param left        for the next run: the run was over, or the stream did not take them
/// @param copies      put into the stream; the same bytes once, however many documents tell of them
/// @param notices     of lost readings, put into the lake
/// @param unreadable  key and what is wrong, of each document that was left where it is
/// @param isComplete  false if there is more to do for a run that has more time or a greater `max`
record Outcome(long documents, long waiting, long records, long redriven, long covered, long sweeps, long quarantined, long left, long copies, long notices,
        List<String> unreadable, boolean isComplete) {
    Outcome {
        unreadable = List.copyOf(unreadable);
        long fates = redriven + covered + sweeps + quarantined + left;
        if (fates != records) {
            throw new IllegalStateException("%d records in, %d accounted for".formatted(records, fates));
        }
    }
}
