package dev.millrace.agent;

import static dev.millrace.agent.Ranges.requireIn;
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
/// @param liveSpan           a reading that could not be sent for this long, after its linger, leaves the live lane for the
///                           backlog, 1 s to 1 hour
/// @param liveReadingsMax    readings of the live lane, which are in memory; over it the oldest leave for the backlog, 1 to
///                           100,000
/// @param backlogPacksPerSecond how fast the backlog drains beside the live readings, 1 to 75. In packs, because AWS IoT Core
///                           limits publishes and meters packs: with the default pack its bytes follow. All devices of an
///                           account together may publish 20,000 a second (2,000 in small regions) unless that was raised
/// @param journal            what is kept on disk
public record AgentSettings(int packBytesMax, Duration linger, int inFlightPacksMax, Duration answerTimeout, Duration backoffMin,
        Duration backoffMax, Duration liveSpan, int liveReadingsMax, int backlogPacksPerSecond, JournalSettings journal) {
    /// At 5 packs a second two weeks of one truck, a reading a second, drain in about two hours.
    private static final AgentSettings DEFAULTS = new AgentSettings(4_700, Duration.ofSeconds(2), 10, Duration.ofSeconds(45),
            Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(30), 2_000, 5, JournalSettings.defaults());

    public AgentSettings {
        requireIn("packBytesMax", packBytesMax, 256, Pack.BYTES_MAX);
        requireIn("linger", linger, Duration.ZERO, Duration.ofHours(1));
        requireIn("inFlightPacksMax", inFlightPacksMax, 1, 100);
        requirePositive("answerTimeout", answerTimeout);
        requirePositive("backoffMin", backoffMin);
        requirePositive("backoffMax", backoffMax);
        if (backoffMax.compareTo(backoffMin) < 0) {
            throw new IllegalArgumentException("backoffMax %s is under backoffMin %s".formatted(backoffMax, backoffMin));
        }
        requireIn("liveSpan", liveSpan, Duration.ofSeconds(1), Duration.ofHours(1));
        requireIn("liveReadingsMax", liveReadingsMax, 1, 100_000);
        requireIn("backlogPacksPerSecond", backlogPacksPerSecond, 1, Pace.PUBLISHES_PER_SECOND);
        requireNonNull(journal, "journal is null");
    }

    public static AgentSettings defaults() {
        return DEFAULTS;
    }

    /// Reads the settings by the names of this record's components, those of the journal after `journal.`.
    ///
    /// @param otherwise what holds for what is not there
    /// @throws IllegalArgumentException naming the key, what was expected and what came
    public static AgentSettings from(SettingsText text, AgentSettings otherwise) {
        return new AgentSettings(
                text.integer("packBytesMax", otherwise.packBytesMax),
                text.duration("linger", otherwise.linger),
                text.integer("inFlightPacksMax", otherwise.inFlightPacksMax),
                text.duration("answerTimeout", otherwise.answerTimeout),
                text.duration("backoffMin", otherwise.backoffMin),
                text.duration("backoffMax", otherwise.backoffMax),
                text.duration("liveSpan", otherwise.liveSpan),
                text.integer("liveReadingsMax", otherwise.liveReadingsMax),
                text.integer("backlogPacksPerSecond", otherwise.backlogPacksPerSecond),
                JournalSettings.from(text, otherwise.journal));
    }

    public AgentSettings withPackBytesMax(int value) {
        return new AgentSettings(value, linger, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, liveSpan, liveReadingsMax,
                backlogPacksPerSecond, journal);
    }

    public AgentSettings withLinger(Duration value) {
        return new AgentSettings(packBytesMax, value, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, liveSpan, liveReadingsMax,
                backlogPacksPerSecond, journal);
    }

    public AgentSettings withInFlightPacksMax(int value) {
        return new AgentSettings(packBytesMax, linger, value, answerTimeout, backoffMin, backoffMax, liveSpan, liveReadingsMax,
                backlogPacksPerSecond, journal);
    }

    public AgentSettings withBackoff(Duration min, Duration max) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, min, max, liveSpan, liveReadingsMax,
                backlogPacksPerSecond, journal);
    }

    public AgentSettings withLive(Duration span, int readingsMax) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, span, readingsMax,
                backlogPacksPerSecond, journal);
    }

    public AgentSettings withBacklogPacksPerSecond(int value) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, liveSpan, liveReadingsMax,
                value, journal);
    }

    public AgentSettings withJournal(JournalSettings value) {
        return new AgentSettings(packBytesMax, linger, inFlightPacksMax, answerTimeout, backoffMin, backoffMax, liveSpan, liveReadingsMax,
                backlogPacksPerSecond, value);
    }

    /// A day is far over any sensible value and far under what nanoseconds can hold.
    private static void requirePositive(String what, Duration value) {
        requireNonNull(value, () -> what + " is null");
        if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("%s not over 0 and up to PT24H: %s".formatted(what, value));
        }
    }
}
