package dev.millrace.pipeline;

import java.util.List;

/// Where rejected records rest with their bytes and reasons.
@FunctionalInterface
public interface Quarantine {
    /// Returns only when all is durable. Keeping the same records of the same batch again changes nothing.
    ///
    /// @param rejected at least one, all of this batch
    void keep(Batch batch, List<RejectedRecord> rejected) throws SinkUnavailable;
}
