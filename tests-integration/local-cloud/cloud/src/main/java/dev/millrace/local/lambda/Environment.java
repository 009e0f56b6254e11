package dev.millrace.local.lambda;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// One process of one function. It handles one invocation at a time and is thrown away after the first one that does
/// not end by an answer, as on AWS.
final class Environment implements AutoCloseable {
    /// Lambda developer guide, "execution environment": an init longer than this runs again within the first
    /// invocation, under the function's timeout. Here the one init simply gets both times.
    private static final Duration INIT_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOG_DRAIN_LIMIT = Duration.ofSeconds(2);
    private static final int LAST_LINES_MAX = 30;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String id;
    private final FunctionSpec function;
    private final Process process;
    private final RuntimeApi api;
    private final long startedNanos;
    private final Consumer<ColdStart> coldStarts;
    private final LongConsumer billedMillis;
    private final CompletableFuture<Void> logDrained = new CompletableFuture<>();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private volatile Invocation current;
    private volatile boolean busy;
    private boolean answeredOnce;

    Environment(String id, FunctionSpec function, RuntimeApi api, ProcessBuilder command, FunctionLog log,
            Consumer<ColdStart> coldStarts, LongConsumer billedMillis) throws IOException {
        this.id = id;
        this.function = function;
        this.api = api;
        this.coldStarts = coldStarts;
        this.billedMillis = billedMillis;
        this.startedNanos = System.nanoTime();
        this.process = command.redirectErrorStream(true).start();
        // as in ChildProcess: reading a pipe holds a carrier
        Thread.ofPlatform().daemon().name("log of " + id).start(() -> pump(log));
        Thread.ofVirtual().name("end of " + id).start(this::watch);
    }

    private void pump(FunctionLog log) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (lastLines) {
                    lastLines.addLast(line);
                    if (lastLines.size() > LAST_LINES_MAX) {
                        lastLines.removeFirst();
                    }
                }
                log.write(new LogLine(function.name(), id, line));
            }
        } catch (IOException _) {
            // the process was killed and its stream closed under the reader
        } finally {
            logDrained.complete(null);
        }
    }

    private void watch() {
        process.onExit().join();
        Invocation interrupted = current;
        if (interrupted != null) {
            interrupted.result().complete(crashed());
        }
    }

    /// Only one thread at a time calls this.
    InvocationResult invoke(byte[] payload) throws InterruptedException {
        busy = true;
        try {
            InvocationResult initialised = awaitInit();
            return initialised == null ? run(new Invocation(UUID.randomUUID().toString(), payload)) : initialised;
        } finally {
            busy = false;
        }
    }

    /// Null when the function is ready.
    private InvocationResult awaitInit() throws InterruptedException {
        if (api.ready().isDone()) {
            return null;
        }
        var first = CompletableFuture.anyOf(api.ready(), api.initError(), process.onExit());
        InvocationResult late = await(first.thenApply(_ -> null), INIT_LIMIT.plus(function.timeout()));
        if (late != null) {
            return late;
        }
        if (api.initError().isDone()) {
            return api.initError().join();
        }
        return api.ready().isDone() ? null : crashed();
    }

    private InvocationResult run(Invocation invocation) throws InterruptedException {
        current = invocation;
        if (!isAlive()) {
            // it may have ended before anybody could watch this invocation
            return crashed();
        }
        long offeredNanos = System.nanoTime();
        api.offer(invocation);
        InvocationResult result = await(invocation.result(), function.timeout());
        billedMillis.accept(Math.ceilDiv(System.nanoTime() - offeredNanos, NANOS_PER_MILLI));
        if (!answeredOnce && isAlive()) {
            answeredOnce = true;
            coldStarts.accept(new ColdStart(function.name(), id, millisSinceStart(api.ready().join()),
                    millisSinceStart(System.nanoTime())));
        }
        return result;
    }

    private InvocationResult await(CompletableFuture<InvocationResult> future, Duration limit)
            throws InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return new InvocationResult.TimedOut();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes this exceptionally", e);
        }
    }

    private InvocationResult crashed() {
        process.onExit().join();
        // a process may have exited before its last lines have been read
        logDrained.completeOnTimeout(null, LOG_DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
        synchronized (lastLines) {
            return new InvocationResult.Crashed(process.exitValue(), String.join("\n", lastLines));
        }
    }

    private long millisSinceStart(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - startedNanos);
    }

    /// Whether an invocation ended by an answer; a function whose init failed never gets there.
    boolean hasAnswered() {
        return answeredOnce;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    EnvironmentView view() {
        return new EnvironmentView(id, function.name(), process.pid(), busy);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        api.close();
        process.onExit().join();
    }
}
