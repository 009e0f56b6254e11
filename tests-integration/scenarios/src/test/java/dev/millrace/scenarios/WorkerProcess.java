package dev.millrace.scenarios;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.JavaModule;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A stream worker as a container runs it, in a process of its own.
final class WorkerProcess implements AutoCloseable {
    private static final String MAIN = "dev.millrace.worker.StreamWorker";
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx512m", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
    private static final long ENDS_WITHIN_SECONDS = 100;

    private final Process process;
    private final String accessKeyId;
    private final Path log;

    private WorkerProcess(Process process, String accessKeyId, Path log) {
        this.process = process;
        this.accessKeyId = accessKeyId;
        this.log = log;
    }

    /// @param environment of the container
    /// @param accessKeyId by which it calls, and by which others know it
    static WorkerProcess start(Map<String, String> environment, String accessKeyId, Path work) throws IOException {
        requireNonNull(accessKeyId, "accessKeyId is null");
        Path log = work.resolve(accessKeyId + ".log");
        var builder = new ProcessBuilder(new JavaModule(Directories.root().resolve("functions/stream-worker")).command(JVM, MAIN, List.of("--stop-on-eof")));
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("AWS_ACCESS_KEY_ID", accessKeyId, "AWS_SECRET_ACCESS_KEY", "local"));
        return new WorkerProcess(builder.redirectError(log.toFile()).redirectOutput(Redirect.appendTo(work.resolve(accessKeyId + ".metrics").toFile())).start(), accessKeyId, log);
    }

    String accessKeyId() {
        return accessKeyId;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    /// `kill -9`, and waits for its death.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// Tells it to end, as ECS does, and waits until it has.
    ///
    /// @return its exit code
    int stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the worker %s has not ended within %d s, see %s".formatted(accessKeyId, ENDS_WITHIN_SECONDS, log));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
