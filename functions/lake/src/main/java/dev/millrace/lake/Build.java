package dev.millrace.lake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// Which build this is, as Maven wrote it down.
final class Build {
    static final String VERSION = read();

    private Build() {
    }

    private static String read() {
        try (InputStream file = Build.class.getResourceAsStream("build.properties")) {
            if (file == null) {
                throw new IllegalStateException("build.properties is not on the class path beside " + Build.class.getName());
            }
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("build.properties", e);
        }
    }
}
