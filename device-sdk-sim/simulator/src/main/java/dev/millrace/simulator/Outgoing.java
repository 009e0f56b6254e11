package dev.millrace.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A record that is to be in the stream, as the topic rule writes it.
///
/// @param thing   the partition key: whose topic it would have been published on
/// @param payload the bytes as published
record Outgoing(String thing, byte[] payload, Cargo cargo) {
    /// What it is to the account.
    sealed interface Cargo {
        /// A pack.
        ///
        /// @param isTwice whether it will be put once more on purpose
        record Readings(int count, boolean isTwice) implements Cargo {
        }

        /// A pack that the stream has already.
        record Repeated(int count) implements Cargo {
        }

        /// A message that belongs into quarantine.
        record Injected(Injection.Reason reason) implements Cargo {
        }
    }

    /// As Kinesis counts it.
    int bytes() {
        return thing.getBytes(UTF_8).length + payload.length;
    }
}
