package dev.millrace.pipeline;

/// Counts of readings; `accepted + duplicate + rejected` is what was received.
///
/// @param accepted  counted for the first time
/// @param duplicate known before; a record that a retry brings again counts again
/// @param rejected  quarantined; a record that is no pack counts as one
/// @param late      of the accepted, those that came after their pane had closed
public record Tally(long accepted, long duplicate, long rejected, long late) {
    public static final Tally ZERO = new Tally(0, 0, 0, 0);

    public long received() {
        return accepted + duplicate + rejected;
    }

    public Tally plus(Tally other) {
        return new Tally(accepted + other.accepted, duplicate + other.duplicate, rejected + other.rejected, late + other.late);
    }
}
