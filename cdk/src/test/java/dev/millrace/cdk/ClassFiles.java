package dev.millrace.cdk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/// Looks at compiled classes without loading them.
final class ClassFiles {
    /// The version of a class file of Java 1 would be 45.
    private static final int VERSION_BEFORE_JAVA_1 = 44;

    private ClassFiles() {
    }

    /// The Java release that a class was compiled for.
    static int release(ClassModel model) {
        return model.majorVersion() - VERSION_BEFORE_JAVA_1;
    }

    /// What stands in a class as text: names of its own, and its constants.
    static Set<String> texts(ClassModel model) {
        Set<String> texts = new HashSet<>();
        model.constantPool().forEach(entry -> {
            if (entry instanceof Utf8Entry text) {
                texts.add(text.stringValue());
            }
        });
        return texts;
    }

    static ClassModel ofClassPath(Class<?> type) {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A class as Lambda would find it: at the root of a deployment package or in a jar under `lib/`.
    static Optional<ClassModel> ofPackage(Path zip, String className) throws IOException {
        String entry = className.replace('.', '/') + ".class";
        try (ZipFile file = new ZipFile(zip.toFile())) {
            ZipEntry atRoot = file.getEntry(entry);
            if (atRoot != null) {
                return Optional.of(ClassFile.of().parse(file.getInputStream(atRoot).readAllBytes()));
            }
            for (ZipEntry jar : file.stream().filter(candidate -> candidate.getName().matches("lib/[^/]+\\.jar")).toList()) {
                Optional<byte[]> bytes = ofJar(file.getInputStream(jar).readAllBytes(), entry);
                if (bytes.isPresent()) {
                    return bytes.map(found -> ClassFile.of().parse(found));
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<byte[]> ofJar(byte[] jar, String name) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    return Optional.of(entries.readAllBytes());
                }
            }
            return Optional.empty();
        }
    }
}
