package dev.millrace.cli;

import static java.util.Objects.requireNonNull;

/// A change that a reader of what is stored, or the other end of a wire, does not survive or would misread.
///
/// @param file          where
/// @param id            what, e.g. `truck.rpm.max`: by it a change that can be acknowledged is
/// @param was           before
/// @param is            now
/// @param remedy        what to do instead
/// @param isAllowable   whether it changes only which readings are taken, and not what the stored ones mean
record SchemaBreach(String file, String id, String was, String is, String remedy, boolean isAllowable) {
    SchemaBreach {
        requireNonNull(file, "file is null");
        requireNonNull(id, "id is null");
        requireNonNull(was, "was is null");
        requireNonNull(is, "is is null");
        requireNonNull(remedy, "remedy is null");
    }

    /// For people; several lines.
    @Override
    public String toString() {
        return "%s: %s%n  was: %s%n  is:  %s%n  %s%s".formatted(file, id, was, is, remedy, isAllowable ? ", or acknowledge it with --allow " + id : "");
    }
}
