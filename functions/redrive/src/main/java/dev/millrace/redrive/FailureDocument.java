package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What an object of the failures bucket says.
sealed interface FailureDocument {
    /// Of the object.
    String key();

    /// Records that belong into the stream.
    ///
    /// @param records at least one
    record Records(String key, List<FailedRecord> records) implements FailureDocument {
        public Records {
            requireNonNull(key, "key is null");
            records = List.copyOf(records);
        }
    }

    /// A notice of lost readings, which belongs into the lake.
    ///
    /// @param lakeKey always the same for this object, so that it is one notice however often it is put there
    record Notice(String key, String lakeKey, byte[] payload) implements FailureDocument {
        public Notice {
            requireNonNull(key, "key is null");
            requireNonNull(lakeKey, "lakeKey is null");
            requireNonNull(payload, "payload is null");
        }
    }
}
