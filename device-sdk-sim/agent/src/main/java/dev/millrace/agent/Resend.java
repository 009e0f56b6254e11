package dev.millrace.agent;

import java.util.List;

/// What becomes of a request to send acknowledged readings once more.
///
/// @param readings how many are sent again, those that wait to be sent for the first time not counted
/// @param gone     seqs that this device does not have (any more), as far as it is known at once
public record Resend(long readings, List<SeqRange> gone) {
    public Resend {
        gone = List.copyOf(gone);
    }
}
