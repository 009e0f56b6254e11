package dev.millrace.scenarios;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the scenarios work.
final class Directories {
    private Directories() {
    }

    /// Of the built project.
    static Path root() {
        return Path.of(requireNonNull(System.getProperty("millrace.root"), "millrace.root is not set: it is the root of the built project"))
                .toAbsolutePath().normalize();
    }

    /// A new empty directory, kept after the run for whoever looks for a cause.
    static Path fresh(String name) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "scenarios").toAbsolutePath()), name + "-");
    }
}
