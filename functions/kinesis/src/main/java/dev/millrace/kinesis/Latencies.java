package dev.millrace.kinesis;

import java.util.Map;
import java.util.TreeMap;

/// A histogram of durations in milliseconds, each rounded up to two significant digits, so that histograms of many
/// batches add up to one of the fleet with an error under 10 %.
public final class Latencies {
    /// The buckets 0 to 99, then for each further decade those of 10 to 99 of its units.
    private static final int SMALL = 100;
    private static final int A_DECADE = 90;
    private static final int DECADES = 17;

    private final long[] counts = new long[SMALL + DECADES * A_DECADE];
    private long count;

    /// Adds a duration; a negative one (the device's clock is ahead) counts as 0.
    public void add(long millis) {
        addBucket(millis, 1);
    }

    /// Adds a bucket of another histogram.
    public void addBucket(long millis, long times) {
        counts[bucket(Math.max(0, millis))] += times;
        count += times;
    }

    private static int bucket(long millis) {
        int decade = 0;
        long units = millis;
        while (units >= SMALL) {
            units = units / 10 + (units % 10 == 0 ? 0 : 1);
            decade++;
        }
        return decade == 0 ? (int) units : SMALL + (decade - 1) * A_DECADE + (int) units - 10;
    }

    private static long millis(int bucket) {
        if (bucket < SMALL) {
            return bucket;
        }
        long millis = ((long) bucket - SMALL) % A_DECADE + 10;
        for (int decade = (bucket - SMALL) / A_DECADE; decade >= 0; decade--) {
            millis *= 10;
        }
        return millis;
    }

    public long count() {
        return count;
    }

    /// Count by milliseconds, ascending.
    public Map<Long, Long> buckets() {
        Map<Long, Long> buckets = new TreeMap<>();
        for (int bucket = 0; bucket < counts.length; bucket++) {
            if (counts[bucket] > 0) {
                buckets.put(millis(bucket), counts[bucket]);
            }
        }
        return buckets;
    }

    /// The value that a share of all durations does not exceed.
    ///
    /// @param share 0 to 1
    /// @return milliseconds; 0 if there is no duration
    public long quantile(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (counts[bucket] > 0 && seen >= rank) {
                return millis(bucket);
            }
        }
        return 0;
    }
}
