package dev.millrace.agent;

import dev.millrace.events.ReadingId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One file of a journal, with the readings in it that the cloud does not have yet.
record Segment(long number, Path file, Set<ReadingId> unacknowledged) {
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.segment");

    Segment(long number, Path file) {
        this(number, file, new HashSet<>());
    }

    static Path file(Path folder, long number) {
        return folder.resolve("%010d.segment".formatted(number));
    }

    /// @return the segment's number, or -1 if the file is no segment
    static long numberOf(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }
}
