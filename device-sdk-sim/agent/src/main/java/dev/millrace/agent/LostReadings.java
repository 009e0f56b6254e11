package dev.millrace.agent;

import java.util.List;

/// Readings that were taken and that the cloud will not get, or cannot be promised: one that was on its way when it was given up may
/// have arrived all the same.
///
/// @param seqs at least one range, at most 100
public record LostReadings(String thing, long epoch, List<SeqRange> seqs) {
    static final int RANGES_MAX = 100;

    public LostReadings {
        seqs = List.copyOf(seqs);
    }
}
