package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A stand-in in a process of its own. It says `READY {json}` on stdout when it serves, logs to stderr, and ends by
/// itself when its stdin ends; so nothing is left if this process is killed.
public final class ChildProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READY = "READY ";
    private static final int TAIL_LINES = 20;
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final Duration DIES_WITHIN = Duration.ofSeconds(3);

    private final String name;
    private final Path log;
    private final Process process;
    private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /// Starts the child and waits until it is ready.
    ///
    /// @param name        for messages
    /// @param log         where its stderr goes
    /// @param readyWithin else it is killed
    /// @throws ChildFailed if it ends before it is ready, or is not ready in time
    public static ChildProcess start(String name, List<String> command, Path log, Duration readyWithin) throws InterruptedException {
        ChildProcess child;
        try {
            Files.createDirectories(log.getParent());
            child = new ChildProcess(name, log, new ProcessBuilder(command).redirectError(log.toFile()).start());
        } catch (IOException e) {
            throw new ChildFailed("%s could not be started: %s".formatted(name, e.getMessage()), e);
        }
        // reading a pipe holds a virtual thread's carrier, and there are as many as cores: three children would stop everything
        Thread.ofPlatform().daemon().name("stdout of " + name).start(child::readStdout);
        child.awaitReady(readyWithin);
        return child;
    }

    /// What the child said when it was ready.
    public JsonNode ready() {
        return ready.join();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// @throws ChildFailed if the child has ended
    void requireAlive() {
        if (!process.isAlive()) {
            throw new ChildFailed(withLog("%s ended with exit code %d".formatted(name, process.exitValue())), null);
        }
    }

    /// Ends the child: by the end of its stdin, and only if that does not help by signals.
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException _) {
            // it has ended already
        }
        try {
            if (!process.waitFor(ENDS_WITHIN) && !destroyed()) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean destroyed() throws InterruptedException {
        process.destroy();
        return process.waitFor(DIES_WITHIN);
    }

    private void awaitReady(Duration within) throws InterruptedException {
        try {
            ready.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new ChildFailed(withLog("%s was not ready within %d s".formatted(name, within.toSeconds())), e);
        } catch (ExecutionException e) {
            process.destroyForcibly();
            throw new ChildFailed(withLog("%s did not start: %s".formatted(name, e.getCause().getMessage())), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// Reads to the end, so that the child never waits for its stdout to be taken.
    private void readStdout() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    ready.complete(JSON.readTree(line.substring(READY.length())));
                }
            }
            process.waitFor();
            ready.completeExceptionally(new IllegalStateException("it ended with exit code " + process.exitValue()));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ready.completeExceptionally(e);
        }
    }

    private String withLog(String message) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return "%s; the end of %s:%n%s".formatted(message, log, String.join(System.lineSeparator(), tail));
        } catch (IOException _) {
            return message + "; it left no log at " + log;
        }
    }
}
