package dev.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A directory that a command owns.
public final class WorkDirectory {
    private WorkDirectory() {
    }

    /// Makes it, or removes what the last run left in it.
    public static void empty(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(directory)) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
        Files.createDirectories(directory);
    }
}
