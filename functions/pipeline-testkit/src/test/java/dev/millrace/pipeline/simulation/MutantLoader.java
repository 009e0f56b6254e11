package dev.millrace.pipeline.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Loads pipeline and simulation anew, with one source changed. The changed file alone is compiled, in memory and
/// against the others as they are; all classes of both packages are then defined by this loader, so that they meet the
/// changed ones.
final class MutantLoader extends ClassLoader {
    private static final String PACKAGE = "dev.millrace.pipeline.";
    private static final String SIMULATION = PACKAGE + "simulation.";

    private final Map<String, byte[]> mutated;

    private MutantLoader(Map<String, byte[]> mutated) {
        super(MutantLoader.class.getClassLoader());
        this.mutated = mutated;
    }

    /// @throws IllegalStateException if the mutant does not fit its source or does not compile
    static MutantLoader load(Mutant mutant) {
        Path file = sources(mutant.type()).resolve(mutant.type().replace('.', '/') + ".java");
        try {
            return new MutantLoader(compile(mutant, mutant.applyTo(Files.readString(file))));
        } catch (IOException e) {
            throw new UncheckedIOException("mutant '%s': source of %s".formatted(mutant, mutant.type()), e);
        }
    }

    private static Path sources(String type) {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        return type.startsWith(SIMULATION) ? module.resolve("src/test/java") : module.resolveSibling("pipeline").resolve("src/main/java");
    }

    private static Map<String, byte[]> compile(Mutant mutant, String source) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        var text = new SimpleJavaFileObject(URI.create("mutant:///" + mutant.type().replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        var messages = new StringWriter();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (Outputs outputs = new Outputs(javac.getStandardFileManager(null, null, null))) {
            if (!javac.getTask(messages, outputs, null, List.of("-cp", classPath, "-proc:none", "-nowarn"), null, List.of(text)).call()) {
                throw new IllegalStateException("mutant '%s' does not compile: %s".formatted(mutant, messages));
            }
            Map<String, byte[]> classes = new HashMap<>();
            outputs.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }

    /// Keeps compiled classes in memory.
    private static final class Outputs extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Outputs(JavaFileManager sources) {
            super(sources);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mutant:///" + name + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                }
            };
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            return name.startsWith(PACKAGE) ? define(name) : super.loadClass(name, resolve);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = mutated.get(name);
        if (bytes == null) {
            try (InputStream original = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (original == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = original.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
