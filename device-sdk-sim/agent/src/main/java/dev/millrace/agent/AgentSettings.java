package dev.millrace.agent;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Pack;
import java.time.Duration;

/// How an agent packs, sends and keeps.
///
/// @param packBytesMax       the largest encoded pack, 256 to 131,072 bytes. A single reading that is larger goes alone.
///                           AWS IoT Core meters in steps of 5 KB of payload, topic and content type together, so the
///                           default leaves 300 bytes for the latter two
/// @param linger             how long a reading waits for others to fill its pack, 0 to 1 hour
/// @param inFlightPacksMax   packs sent but not acknowledged, those that wait to be sent again included, 1 to 100
///                           (AWS IoT Core takes at most 100 unacknowledged publishes a client)
/// @param answerTimeout      after this long without an answer a pack is sent again, over 0. Longer than the uplink's own
///                           timeout, because this one is only the net below it
/// @param backoffMin         the ceiling of the random wait before the first resending, over 0; doubles each time
/// @param backoffMax         the ceiling never grows over this
/// @param backlogReadingsMax readings kept and not yet acknowledged; over it `take` refuses, 1 to 1,000,000. They are
///                           also held in memory, some hundred bytes each
/// @param sync               when the journal forces to disk
/// @param segmentBytesMax    size at which the journal begins a new file, 4 KiB to 64 MiB; files are deleted whole
public record AgentSettings(int packBytesMax, Duration linger, int inFlightPacksMax, Duration answerTimeout, Duration backoffMin,
        Duration backoffMax, int backlogReadingsMax, SyncPolicy sync, int segmentBytesMax) {
    private static final AgentSettings DEFAULTS = new AgentSettings(4_700, Duration.ofSeconds(2), 10, Duration.ofSeconds(45),
            Duration.ofSeconds(1), Duration.ofMinutes(1), 100_000, new SyncPolicy.EachAppend(), 1 << 20);

    public AgentSettings {
        requireIn("packBytesMax", packBytesMax, 256, Pack.BYTES_MAX);
        requireNonNull(linger, "linger is null");
        if (linger.isNegative() || linger.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("linger not in PT0S..PT1H: " + linger);
        }
        requireIn("inFlightPacksMax", inFlightPacksMax, 1, 100);
        requirePositive("answerTimeout", answerTimeout);
        requirePositive("backoffMin", backoffMin);
        requirePositive("backoffMax", backoffMax);
        if (backoffMax.compareTo(backoffMin) < 0) {
            throw new IllegalArgumentException("backoffMax %s is under backoffMin %s".formatted(backoffMax, backoffMin));
        }
        requireIn("backlogReadingsMax", backlogReadingsMax, 1, 1_000_000);
        requireNonNull(sync, "sync is null");
        requireIn("segmentBytesMax", segmentBytesMax, 4 << 10, 64 << 20);
    }

    public static AgentSettings defaults() {
        return DEFAULTS;
    }

    public AgentSettings withLinger(Duration value) {
        return new AgentSettings(packBytesMax, value, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, backlogReadingsMax, sync,
                segmentBytesMax);
    }

    public AgentSettings withSync(SyncPolicy value) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, backlogReadingsMax, value,
                segmentBytesMax);
    }

    public AgentSettings withBackoff(Duration min, Duration max) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, min, max, backlogReadingsMax, sync, segmentBytesMax);
    }

    private static void requireIn(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s not in %d..%d: %d".formatted(what, min, max, value));
        }
    }

    /// A day is far over any sensible value and far under what nanoseconds can hold.
    private static void requirePositive(String what, Duration value) {
        requireNonNull(value, () -> what + " is null");
        if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("%s not over 0 and up to PT24H: %s".formatted(what, value));
        }
    }
}
