package dev.millrace.events;

/// What became of a payload's bytes. There is no exception: bytes from outside are expected to be wrong at times.
public sealed interface Decoded {
    /// A well-formed pack. Whether its values are plausible, and whether it may speak for its thing, is decided later.
    record Telemetry(Pack pack) implements Decoded {
    }

    /// Bytes that are no pack in any format we know.
    ///
    /// @param reason what was expected and what came, for a person
    record Malformed(String reason) implements Decoded {
    }

    /// A pack of a format version that this release does not know, probably from a newer device.
    ///
    /// @param version what the payload says in `v`
    record UnknownVersion(String version) implements Decoded {
    }
}
