package dev.millrace.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A function whose zip has been unpacked.
///
/// @param taskRoot the function's working directory; the runtime interface client loads classes from it and from its `lib/`
record DeployedFunction(FunctionSpec spec, Path taskRoot) {
    /// Lambda developer guide, "Quotas": deployment package, unzipped, with layers.
    static final long UNZIPPED_BYTES_MAX = 250L << 20;

    /// @throws IllegalArgumentException if the zip is no zip, leaves its directory or is too large
    static DeployedFunction unpack(FunctionSpec spec, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path taskRoot = Files.createTempDirectory(directory, spec.name() + "-").toAbsolutePath();
        long left = UNZIPPED_BYTES_MAX;
        try (var zip = new ZipFile(spec.zip().toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                Path target = taskRoot.resolve(entry.getName()).normalize();
                if (!target.startsWith(taskRoot)) {
                    throw new IllegalArgumentException("zip of function %s leaves its directory: %s"
                            .formatted(spec.name(), entry.getName()));
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    left -= copy(in, target, left, spec);
                }
            }
        } catch (IOException e) {
            throw new IOException("cannot unpack %s for function %s".formatted(spec.zip(), spec.name()), e);
        }
        return new DeployedFunction(spec, taskRoot);
    }

    private static long copy(InputStream in, Path target, long bytesMax, FunctionSpec spec) throws IOException {
        long copied = 0;
        var buffer = new byte[64 << 10];
        try (var out = Files.newOutputStream(target)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                copied += read;
                if (copied > bytesMax) {
                    throw new IllegalArgumentException("zip of function %s has more than %d bytes unzipped"
                            .formatted(spec.name(), UNZIPPED_BYTES_MAX));
                }
                out.write(buffer, 0, read);
            }
        }
        return copied;
    }
}
