package dev.millrace.local.kinesis;

/// A rate limit that lets one second's worth through at once and refills evenly. It may be overdrawn: then nothing
/// passes until the debt is paid. Not thread-safe.
///
/// How AWS shapes the second (sliding, fixed, bucket) is not documented: docs/verify-on-aws.md.
final class Allowance {
    private final double perSecond;
    private double left;
    private long atMillis;

    Allowance(double perSecond, long nowMillis) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.atMillis = nowMillis;
    }

    /// What may be taken now; negative while overdrawn.
    double left(long nowMillis) {
        if (nowMillis > atMillis) {
            left = Math.min(perSecond, left + (nowMillis - atMillis) * perSecond / 1_000);
            atMillis = nowMillis;
        }
        return left;
    }

    void take(double amount) {
        left -= amount;
    }
}
