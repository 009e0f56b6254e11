package dev.millrace.local.lambda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The jars of AWS's runtime interface client, which turns a handler class into a process that talks to the Runtime API.
public final class RuntimeInterfaceClient {
    static final String MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
    /// Names the native library; else each process unpacks it to one path that all of them share, and they race.
    static final String NATIVE_LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";
    private static final String MAIN_ARTIFACT = "aws-lambda-java-runtime-interface-client";
    private static final List<String> ARTIFACTS =
            List.of(MAIN_ARTIFACT, "aws-lambda-java-core", "aws-lambda-java-serialization", "utils-lite");

    private RuntimeInterfaceClient() {
    }

    /// The jars, found by their artifact names on the class path of this JVM.
    ///
    /// @throws IllegalStateException if one is not there
    public static List<Path> onClassPath() {
        return onClassPath(System.getProperty("java.class.path"));
    }

    static List<Path> onClassPath(String classPath) {
        var jars = new ArrayList<Path>();
        for (String artifact : ARTIFACTS) {
            jars.add(List.of(classPath.split(File.pathSeparator, -1)).stream().map(Path::of)
                    .filter(path -> isArtifact(path, artifact)).findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar of %s on the class path".formatted(artifact))));
        }
        return List.copyOf(jars);
    }

    private static boolean isArtifact(Path path, String artifact) {
        return path.getFileName() != null && path.getFileName().toString().matches(artifact + "-\\d[^/]*\\.jar");
    }

    /// Unpacks the native part for this machine.
    static Path unpackNativeLibrary(List<Path> jars, Path directory) {
        Path jar = jars.stream().filter(path -> isArtifact(path, MAIN_ARTIFACT)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no jar of %s among %s".formatted(MAIN_ARTIFACT, jars)));
        String name = nativeLibrary(System.getProperty("os.name"), System.getProperty("os.arch"), isMusl());
        try (var zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry("jni/" + name);
            if (entry == null) {
                throw new IllegalStateException("%s has no jni/%s".formatted(jar, name));
            }
            Files.createDirectories(directory);
            Path unpacked = Files.createTempFile(directory, "libaws-lambda-jni", ".so");
            Files.write(unpacked, zip.getInputStream(entry).readAllBytes());
            return unpacked;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack %s of %s".formatted(name, jar), e);
        }
    }

    static String nativeLibrary(String system, String architecture, boolean musl) {
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            throw new IllegalStateException("the runtime interface client runs on Linux only, not on " + system);
        }
        String processor = switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "aarch_64";
            default -> throw new IllegalStateException("the runtime interface client does not run on " + architecture);
        };
        return "libaws-lambda-jni.linux%s-%s.so".formatted(musl ? "_musl" : "", processor);
    }

    private static boolean isMusl() {
        try (var libraries = Files.newDirectoryStream(Path.of("/lib"), "ld-musl-*")) {
            return libraries.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
