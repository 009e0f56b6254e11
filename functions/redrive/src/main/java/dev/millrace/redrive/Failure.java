package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// One time that a record was given up.
///
/// @param document key of the object that tells of it
/// @param at       when, ISO 8601, as the document says
/// @param by       the function or the topic rule that gave it up
/// @param error    as far as the document knows
/// @param position where the record stood; empty if it did not get into the stream
record Failure(String document, String at, String by, String error, Optional<Position> position) {
    Failure {
        requireNonNull(document, "document is null");
        requireNonNull(at, "at is null");
        requireNonNull(by, "by is null");
        requireNonNull(error, "error is null");
        requireNonNull(position, "position is null");
    }

    String inWords() {
        return "%s %s: %s".formatted(at, by, error);
    }
}
