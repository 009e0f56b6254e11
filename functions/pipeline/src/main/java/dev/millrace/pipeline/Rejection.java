package dev.millrace.pipeline;

import dev.millrace.events.Names;
import java.time.Duration;
import java.time.Instant;

/// Why a record or one of its readings is quarantined. A new case fails to compile where reasons are told apart.
public sealed interface Rejection {
    /// Stable name of the reason, as in metrics and in the quarantine table.
    String reason();

    /// What was expected and what came, for a person.
    String detail();

    /// The bytes are no pack in any format we know.
    record Malformed(String detail) implements Rejection {
        @Override
        public String reason() {
            return "malformed";
        }
    }

    /// A format version of a newer release.
    record UnknownVersion(String version) implements Rejection {
        @Override
        public String reason() {
            return "unknown_version";
        }

        @Override
        public String detail() {
            return "expected v 1, came " + Names.shown(version);
        }
    }

    /// The payload claims another thing than the one whose certificate sent it.
    record Spoofed(String sender, String claimed) implements Rejection {
        @Override
        public String reason() {
            return "spoofed";
        }

        @Override
        public String detail() {
            return "sent by %s, claims to be %s".formatted(Names.shown(sender), Names.shown(claimed));
        }
    }

    /// A device type that this release does not know.
    record UnknownType(String type) implements Rejection {
        @Override
        public String reason() {
            return "unknown_type";
        }

        @Override
        public String detail() {
            return "unknown device type " + Names.shown(type);
        }
    }

    /// A known measure outside the range of its device type.
    record OutOfRange(String measure, double value, double min, double max) implements Rejection {
        @Override
        public String reason() {
            return "out_of_range";
        }

        @Override
        public String detail() {
            return "%s not in %s..%s: %s".formatted(measure, min, max, value);
        }
    }

    /// Measured longer before its arrival than its device type allows.
    record TooOld(long takenAtMillis, long arrivedAtMillis, Duration maxAge) implements Rejection {
        @Override
        public String reason() {
            return "too_old";
        }

        @Override
        public String detail() {
            return "taken at %s, arrived at %s, allowed age %s".formatted(
                    Instant.ofEpochMilli(takenAtMillis), Instant.ofEpochMilli(arrivedAtMillis), maxAge);
        }
    }

    /// Measured further after its arrival than its device type allows: the device's clock is ahead.
    record InFuture(long takenAtMillis, long arrivedAtMillis, Duration maxSkew) implements Rejection {
        @Override
        public String reason() {
            return "in_future";
        }

        @Override
        public String detail() {
            return "taken at %s, arrived at %s, allowed skew %s".formatted(
                    Instant.ofEpochMilli(takenAtMillis), Instant.ofEpochMilli(arrivedAtMillis), maxSkew);
        }
    }

    /// Of an epoch so old that its ledger was given up: whether it was counted before cannot be known.
    record EpochForgotten(long epoch, long oldestKept) implements Rejection {
        @Override
        public String reason() {
            return "epoch_forgotten";
        }

        @Override
        public String detail() {
            return "epoch %d, the oldest kept is %d".formatted(epoch, oldestKept);
        }
    }

    /// Accepted, and in the lake, but the hot store refuses it for what it holds.
    record RefusedByHotStore(String detail) implements Rejection {
        @Override
        public String reason() {
            return "refused_by_hot_store";
        }
    }

    /// Nothing is wrong with it that anybody could name, but whoever was to take it gave it up again and again.
    record GivenUp(String detail) implements Rejection {
        @Override
        public String reason() {
            return "given_up";
        }
    }
}
