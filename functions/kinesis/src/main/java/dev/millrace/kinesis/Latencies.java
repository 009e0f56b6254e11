package dev.millrace.kinesis;

import java.util.Map;
import java.util.TreeMap;

/// A histogram of durations in milliseconds, each rounded up to two significant digits, so that histograms of many
/// batches add up to one of the fleet with an error under 10 %.
public final class Latencies {
    private final Map<Long, Long> countByMillis = new TreeMap<>();
    private long count;

    /// Adds a duration; a negative one (the device's clock is ahead) counts as 0.
    public void add(long millis) {
        addBucket(rounded(Math.max(0, millis)), 1);
    }

    /// Adds a bucket of another histogram.
    public void addBucket(long millis, long times) {
        countByMillis.merge(millis, times, Long::sum);
        count += times;
    }

    private static long rounded(long millis) {
        long step = 1;
        while (millis / step >= 100) {
            step *= 10;
        }
        return (millis + step - 1) / step * step;
    }

    public long count() {
        return count;
    }

    /// Count by milliseconds, ascending.
    public Map<Long, Long> buckets() {
        return Map.copyOf(countByMillis);
    }

    /// The value that a share of all durations does not exceed.
    ///
    /// @param share 0 to 1
    /// @return milliseconds; 0 if there is no duration
    public long quantile(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (Map.Entry<Long, Long> bucket : countByMillis.entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                return bucket.getKey();
            }
        }
        return 0;
    }
}
