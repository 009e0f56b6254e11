package dev.millrace.simulator;

/// A message that belongs into quarantine, published beside the journal.
///
/// @param dueMillis when to publish it, since the start of the readings
/// @param device    index of the publishing device
/// @param payload   the exact bytes, different in every injection
record Injection(long dueMillis, int device, Reason reason, byte[] payload) {
    /// As the truth file writes it.
    enum Reason {
        /// No pack in any format that this release knows.
        malformed,
        /// A pack of a format version that is yet to come.
        unknown_version,
        /// A well-formed pack in the name of another thing.
        spoofed
    }
}
