package dev.millrace.local.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Deployment zips made from `src/test/function`, as the build of a real function makes them.
public final class FunctionZip {
    private FunctionZip() {
    }

    /// Classes at the root of the zip.
    public static Path withClasses(Path directory) throws IOException {
        return zip(compile(directory), directory.resolve("classes.zip"));
    }

    /// Classes in a jar below `lib/`.
    public static Path withLibrary(Path directory) throws IOException {
        Path jar = zip(compile(directory), directory.resolve("function.jar"));
        Path root = Files.createDirectories(directory.resolve("root/lib"));
        Files.copy(jar, root.resolve("function.jar"));
        return zip(root.getParent(), directory.resolve("library.zip"));
    }

    private static Path compile(Path directory) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var arguments = new ArrayList<>(List.of("-d", classes.toString(), "-Xlint:-path", "-cp",
                RuntimeInterfaceClient.onClassPath().get(1).toString()));
        try (Stream<Path> sources = Files.walk(Path.of("src", "test", "function"))) {
            sources.filter(path -> path.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
        }
        if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new AssertionError("the test functions do not compile");
        }
        return classes;
    }

    private static Path zip(Path root, Path target) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(target)); Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(root.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
            }
        }
        return target;
    }
}
