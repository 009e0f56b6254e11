package dev.millrace.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A built Maven module that runs as a process of its own: its jar and the class path that the build wrote beside it.
public record JavaModule(Path directory) {
    /// The command that runs a main class of the module on the JVM of this process.
    ///
    /// @throws ChildFailed if the module is not built
    public List<String> command(List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath(), mainClass));
        command.addAll(arguments);
        return command;
    }

    private String classPath() {
        Path target = directory.resolve("target");
        Path file = target.resolve("classpath.txt");
        if (!Files.isRegularFile(file)) {
            throw new ChildFailed("%s is not there: build the module first (mvn package)".formatted(file), null);
        }
        try {
            return jar(target) + File.pathSeparator + Files.readString(file).strip();
        } catch (IOException e) {
            throw new ChildFailed("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Path jar(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).filter(file -> !file.toString().matches(".*-(tests|sources|javadoc)\\.jar")).toList();
            if (jars.size() != 1) {
                throw new ChildFailed("expected one jar in %s, there are %s: build the module again (mvn clean package)".formatted(target, jars), null);
            }
            return jars.getFirst();
        }
    }
}
