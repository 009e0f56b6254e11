package dev.millrace.cost;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.DeviceType;
import dev.millrace.events.PackCodec;
import java.time.Duration;

/// A fleet that sends as regularly as can be: every thing the same.
///
/// @param things          1 to 10,000,000
/// @param intervalSeconds between two readings of a thing, 0.01 to 86,400
/// @param pack            readings a pack, 1 to 1,000
/// @param type            of all things
/// @param format          in which packs are encoded
public record Fleet(long things, double intervalSeconds, int pack, DeviceType type, Format format) {
    public static final long THINGS_MAX = 10_000_000;
    public static final double INTERVAL_MIN = 0.01;
    public static final double INTERVAL_MAX = 86_400;
    public static final int PACK_MAX = 1_000;
    private static final int LATENESS_MINUTES_MAX = 1_440;

    /// Of packs.
    public enum Format {
        json, protobuf;

        PackCodec codec() {
            return switch (this) {
                case json -> PackCodec.jsonV1();
                case protobuf -> PackCodec.protobufV1();
            };
        }
    }

    public Fleet {
        requireNonNull(type, "type is null");
        requireNonNull(format, "format is null");
        if (things < 1 || things > THINGS_MAX) {
            throw new IllegalArgumentException("--things must be 1 to %d: %d".formatted(THINGS_MAX, things));
        }
        if (!(intervalSeconds >= INTERVAL_MIN && intervalSeconds <= INTERVAL_MAX)) {
            throw new IllegalArgumentException("--interval must be %s to %s s: %s".formatted(INTERVAL_MIN, INTERVAL_MAX, intervalSeconds));
        }
        if (pack < 1 || pack > PACK_MAX) {
            throw new IllegalArgumentException("--pack must be 1 to %d: %d".formatted(PACK_MAX, pack));
        }
    }

    /// The same, with panes that stay open for another time.
    ///
    /// @param minutes 1 to 1,440
    public Fleet withLateness(int minutes) {
        if (minutes < 1 || minutes > LATENESS_MINUTES_MAX) {
            throw new IllegalArgumentException("--lateness must be 1 to %d: %d".formatted(LATENESS_MINUTES_MAX, minutes));
        }
        return new Fleet(things, intervalSeconds, pack, new DeviceType(type.name(), type.title(), type.measures(), type.pane(), Duration.ofMinutes(minutes),
                type.maxAge(), type.maxSkew()), format);
    }

    double readingsPerSecond() {
        return things / intervalSeconds;
    }

    double packsPerSecond() {
        return readingsPerSecond() / pack;
    }

    /// Seconds between two packs of a thing.
    double packSeconds() {
        return intervalSeconds * pack;
    }
}
