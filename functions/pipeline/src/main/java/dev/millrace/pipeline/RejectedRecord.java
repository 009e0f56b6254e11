package dev.millrace.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/// A record, all or some of whose readings are rejected for one reason.
///
/// @param record    with its original bytes
/// @param rejection why; of several readings with the same reason the first one's text
/// @param epoch     the epoch of the readings, 0 if the whole record is rejected
/// @param seqs      the rejected readings, empty if the whole record is rejected
public record RejectedRecord(StreamRecord record, Rejection rejection, long epoch, List<Long> seqs) {
    public RejectedRecord {
        requireNonNull(record, "record is null");
        requireNonNull(rejection, "rejection is null");
        seqs = List.copyOf(seqs);
    }

    /// How much it counts in accept + duplicate + reject = received: a record that is no pack counts as one.
    public int received() {
        return Math.max(1, seqs.size());
    }

    /// One entry for the readings of both, which are of the same record and reason.
    static RejectedRecord join(RejectedRecord some, RejectedRecord more) {
        List<Long> seqs = new ArrayList<>(some.seqs);
        seqs.addAll(more.seqs);
        return new RejectedRecord(some.record, some.rejection, some.epoch, seqs);
    }
}
