package dev.millrace.pipeline;

/// The bounds of a thing's state. Together they keep its item well under DynamoDB's 400 KB (Amazon DynamoDB developer
/// guide, "Constraints in Amazon DynamoDB").
///
/// @param intervalsMax  of a ledger, at least 2; past it the oldest gap is given up
/// @param epochsMax     ledgers that are kept, at least 1; past it the oldest one is given up
/// @param panesBytesMax what the open panes may take, encoded; past it the oldest ones are closed. So panes make way, never
///                      ledgers: a pane can be computed again from the lake, what was counted cannot.
public record Limits(int intervalsMax, int epochsMax, int panesBytesMax) {
    /// The size that no state passes.
    public static final int STATE_BYTES_MAX = 350_000;
    /// 128 intervals, 4 epochs: at most 11 KB; the rest is left to panes.
    public static final Limits DEFAULT = new Limits(128, 4);
    private static final int PANES_BYTES_MAX = 330_000;
    /// Format, progress, tally and counts.
    private static final int HEAD_BYTES_MAX = 128;
    /// Epoch, lost and count of a ledger.
    private static final int LEDGER_BYTES_MAX = 30;
    private static final int INTERVAL_BYTES_MAX = 20;

    public Limits {
        if (intervalsMax < 2 || epochsMax < 1 || panesBytesMax < 1) {
            throw new IllegalArgumentException("limits need intervalsMax >= 2, epochsMax >= 1 and panesBytesMax >= 1: %d, %d, %d"
                    .formatted(intervalsMax, epochsMax, panesBytesMax));
        }
        long bytesMax = HEAD_BYTES_MAX + panesBytesMax + (long) epochsMax * (LEDGER_BYTES_MAX + (long) intervalsMax * INTERVAL_BYTES_MAX);
        if (bytesMax > STATE_BYTES_MAX) {
            throw new IllegalArgumentException("%d ledgers of %d intervals and %d bytes of panes may take %d bytes, a state has %d"
                    .formatted(epochsMax, intervalsMax, panesBytesMax, bytesMax, STATE_BYTES_MAX));
        }
    }

    /// With the usual room for panes.
    public Limits(int intervalsMax, int epochsMax) {
        this(intervalsMax, epochsMax, PANES_BYTES_MAX);
    }
}
