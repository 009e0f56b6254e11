package dev.millrace.pipeline;

/// How far a thing is, in its own time and in that of its arrivals. All in milliseconds since 1970-01-01T00:00Z.
///
/// @param watermarkMillis the latest event time accepted; -1 if none
/// @param closedMillis    panes that end at or before it are closed whatever the watermark says, because a sweep closed
///                        them or because they had to make room; 0 if none
/// @param arrivedAtMillis when the latest record arrived, sweeps not counted; -1 if none
/// @param idleFromMillis  from when on a sweep closes the open panes, if nothing arrives; 0 if none is open
public record Progress(long watermarkMillis, long closedMillis, long arrivedAtMillis, long idleFromMillis) {
    /// Of a thing that was never seen.
    public static final Progress NONE = new Progress(-1, 0, -1, 0);
}
