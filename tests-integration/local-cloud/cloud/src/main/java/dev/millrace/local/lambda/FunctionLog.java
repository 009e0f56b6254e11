package dev.millrace.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// The log of one function, all its environments in one file. Thread-safe.
final class FunctionLog implements AutoCloseable {
    private final Writer file;
    private final Consumer<LogLine> listener;
    private boolean closed;

    FunctionLog(Path file, Consumer<LogLine> listener) throws IOException {
        this.file = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.listener = listener;
    }

    void write(LogLine line) {
        listener.accept(line);
        synchronized (file) {
            if (closed) {
                // a last line of a function that is being killed
                return;
            }
            try {
                file.write(line.environmentId() + " " + line.text() + System.lineSeparator());
                file.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the log of " + line.functionName(), e);
            }
        }
    }

    @Override
    public void close() {
        synchronized (file) {
            closed = true;
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
