package dev.millrace.pipeline;

/// The bounds of a thing's state.
///
/// @param intervalsMax of a ledger, at least 2
/// @param epochsMax    ledgers that are kept, at least 1
public record Limits(int intervalsMax, int epochsMax) {
    /// 128 intervals, 4 epochs: a full state stays under 10 KB besides its panes.
    public static final Limits DEFAULT = new Limits(128, 4);

    public Limits {
        if (intervalsMax < 2 || epochsMax < 1) {
            throw new IllegalArgumentException("limits need intervalsMax >= 2 and epochsMax >= 1: %d, %d".formatted(intervalsMax, epochsMax));
        }
    }
}
