package dev.millrace.agent;

import static dev.millrace.agent.Ranges.requireIn;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// What a journal keeps, and how safely.
///
/// @param sync             when it forces to disk
/// @param segmentBytesMax  size at which it begins a new file, 4 KiB to 64 MiB; files are deleted whole
/// @param bytesMax         of all its files, from twice `segmentBytesMax` to 1 TiB; it may be over by what notes of
///                         acknowledgements take
/// @param whenFull         what happens then
/// @param ageMax           readings that were taken longer ago are given up when all of their file are, 1 hour to 3,650 days.
///                         By the device's clock: where that starts in 1970, what was taken before it was set is old
/// @param retainedBytesMax of files whose readings are all acknowledged, kept for [DeviceAgent#resend]; 0 to 1 TiB, and
///                         never at the expense of readings that are not acknowledged
/// @param retainedAgeMax   such files go this long after their last reading was taken, 0 to 3,650 days
public record JournalSettings(SyncPolicy sync, int segmentBytesMax, long bytesMax, WhenFull whenFull, Duration ageMax, long retainedBytesMax,
        Duration retainedAgeMax) {
    private static final long TEBIBYTE = 1L << 40;
    private static final Duration AGE_MAX = Duration.ofDays(3_650);
    private static final JournalSettings DEFAULTS = new JournalSettings(new SyncPolicy.EachAppend(), 1 << 20, 256L << 20, WhenFull.REJECT_NEW,
            Duration.ofDays(90), 16L << 20, Duration.ofDays(7));

    /// What happens to readings when a journal has no room.
    public enum WhenFull {
        /// [DeviceAgent#take] throws [BacklogFull]: the program knows at once, and what was taken stays.
        REJECT_NEW,
        /// The oldest file goes with what is not acknowledged in it; those readings are counted and reported as lost.
        DROP_OLDEST
    }

    public JournalSettings {
        requireNonNull(sync, "sync is null");
        requireIn("segmentBytesMax", segmentBytesMax, 4 << 10, 64 << 20);
        requireIn("bytesMax", bytesMax, 2L * segmentBytesMax, TEBIBYTE);
        requireNonNull(whenFull, "whenFull is null");
        requireIn("ageMax", ageMax, Duration.ofHours(1), AGE_MAX);
        requireIn("retainedBytesMax", retainedBytesMax, 0, TEBIBYTE);
        requireIn("retainedAgeMax", retainedAgeMax, Duration.ZERO, AGE_MAX);
    }

    public static JournalSettings defaults() {
        return DEFAULTS;
    }

    /// Reads `journal.sync` and so on, see [AgentSettings#from].
    static JournalSettings from(SettingsText text, JournalSettings otherwise) {
        SyncPolicy sync = text.sync("journal.sync", otherwise.sync);
        int segmentBytesMax = text.integer("journal.segmentBytesMax", otherwise.segmentBytesMax);
        long bytesMax = text.number("journal.bytesMax", otherwise.bytesMax);
        WhenFull whenFull = text.choice("journal.whenFull", otherwise.whenFull);
        Duration ageMax = text.duration("journal.ageMax", otherwise.ageMax);
        long retainedBytesMax = text.number("journal.retainedBytesMax", otherwise.retainedBytesMax);
        Duration retainedAgeMax = text.duration("journal.retainedAgeMax", otherwise.retainedAgeMax);
        try {
            return new JournalSettings(sync, segmentBytesMax, bytesMax, whenFull, ageMax, retainedBytesMax, retainedAgeMax);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("journal." + e.getMessage(), e);
        }
    }

    public JournalSettings withSync(SyncPolicy value) {
        return new JournalSettings(value, segmentBytesMax, bytesMax, whenFull, ageMax, retainedBytesMax, retainedAgeMax);
    }

    public JournalSettings withSegmentBytesMax(int value) {
        return new JournalSettings(sync, value, bytesMax, whenFull, ageMax, retainedBytesMax, retainedAgeMax);
    }

    public JournalSettings withQuota(long bytes, Duration age, WhenFull policy) {
        return new JournalSettings(sync, segmentBytesMax, bytes, policy, age, retainedBytesMax, retainedAgeMax);
    }

    public JournalSettings withRetained(long bytes, Duration age) {
        return new JournalSettings(sync, segmentBytesMax, bytesMax, whenFull, ageMax, bytes, age);
    }
}
