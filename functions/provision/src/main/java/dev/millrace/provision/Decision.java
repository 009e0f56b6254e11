package dev.millrace.provision;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Claim;
import dev.millrace.events.Names;

/// What becomes of a request.
sealed interface Decision {
    /// The device is the thing of this name and type.
    ///
    /// @param renewed whether the thing had a certificate already
    record Allowed(String thing, String type, boolean renewed) implements Decision {
        public Allowed {
            Claim.requireNoClaimant(thing);
            Names.requireType(type);
        }
    }

    /// @param why for the log; the device does not get it
    record Refused(String why) implements Decision {
        public Refused {
            requireNonNull(why, "why is null");
        }
    }
}
