package dev.millrace.local.timestream;

import java.util.OptionalLong;

/// Why one record was not taken. The first texts were seen in the field; AWS documents none of them.
///
/// @param index           the record's place in the request, from 0
/// @param existingVersion the version of the stored record, where AWS tells it
record Rejection(int index, String reason, OptionalLong existingVersion) {
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    static Rejection of(int index, String format, Object... arguments) {
        return new Rejection(index, arguments.length == 0 ? format : format.formatted(arguments), OptionalLong.empty());
    }

    static Rejection sameVersion(int index) {
        return of(index, "A record already exists with the same time, dimensions, measure name, and record version. A higher record version "
                + "must be specified in order to update the measure value. Specifying record version is supported by the latest SDKs.");
    }

    static Rejection lowerVersion(int index, long version, long existing) {
        return new Rejection(index, "The record version %d is lower than the existing version %d. A higher version is required to update the measure value."
                .formatted(version, existing), OptionalLong.of(existing));
    }
}
