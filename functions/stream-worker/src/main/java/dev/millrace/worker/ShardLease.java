package dev.millrace.worker;

/// What is known of a shard's lease while its records are at hand: KCL's, in our words.
interface ShardLease {
    /// False as soon as another worker has the shard or shall have it, or this one stops: what is not settled by then is delivered
    /// to the next owner.
    boolean isHeld();

    /// Notes down that everything up to a record is settled. What cannot be written now is written with the next one: until then
    /// records may come again, and none is skipped.
    ///
    /// @param sequenceNumber of a record that was delivered, and not before one that was noted down already
    /// @return false if the lease is lost
    boolean settledUpTo(String sequenceNumber);
}
