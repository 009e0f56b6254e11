package dev.millrace.agent;

/// How far somebody has read in a journal. Starts at its beginning.
final class Place {
    /// Number of a segment, which need not be there any more; then the next one is meant.
    long segment;
    /// Where in it the next entry begins.
    long at;
    /// The seq that its next reading should have, 0 before its first.
    long nextSeq;

    void toSegment(long number) {
        if (segment != number) {
            segment = number;
            at = 0;
            nextSeq = 0;
        }
    }
}
