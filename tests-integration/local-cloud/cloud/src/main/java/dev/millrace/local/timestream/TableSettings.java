package dev.millrace.local.timestream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// What a table is made with. Limits: Timestream developer guide, "Quotas".
///
/// @param memoryRetentionHours  1 to 8,766: how far back a record is taken into the memory store
/// @param magneticRetentionDays 1 to 73,000: how much longer it is kept after that
/// @param magneticWrites        whether records older than the memory store are taken into the magnetic store
public record TableSettings(int memoryRetentionHours, int magneticRetentionDays, boolean magneticWrites, PartitionKey partitionKey) {
    /// What AWS takes when a table is created without settings.
    public static final TableSettings DEFAULT = new TableSettings(6, 73_000, false, new PartitionKey.ByMeasure());

    static final int MEMORY_RETENTION_HOURS_MAX = 8_766;
    static final int MAGNETIC_RETENTION_DAYS_MAX = 73_000;

    public TableSettings {
        requireRange("MemoryStoreRetentionPeriodInHours", memoryRetentionHours, MEMORY_RETENTION_HOURS_MAX);
        requireRange("MagneticStoreRetentionPeriodInDays", magneticRetentionDays, MAGNETIC_RETENTION_DAYS_MAX);
        requireNonNull(partitionKey, "partitionKey is null");
    }

    Duration memoryRetention() {
        return Duration.ofHours(memoryRetentionHours);
    }

    Duration wholeLife() {
        return memoryRetention().plus(Duration.ofDays(magneticRetentionDays));
    }

    private static void requireRange(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("%s not in 1..%d: %d".formatted(what, max, value));
        }
    }
}
