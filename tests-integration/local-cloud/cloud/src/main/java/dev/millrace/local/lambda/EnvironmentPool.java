package dev.millrace.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// The environments of one function: idle ones, busy ones, and the bound on both.
final class EnvironmentPool implements AutoCloseable {
    /// Starts a process.
    @FunctionalInterface
    interface Starter {
        Environment start(String environmentId, FunctionLog log) throws IOException;
    }

    private final Semaphore slots;
    private final FunctionLog log;
    private final Starter starter;
    private final AtomicInteger started = new AtomicInteger();
    private final Set<Environment> alive = ConcurrentHashMap.newKeySet();
    // the one used last is the warmest
    private final Deque<Environment> idle = new ArrayDeque<>();
    private volatile boolean closed;

    EnvironmentPool(int environmentsMax, FunctionLog log, Starter starter) {
        this.slots = new Semaphore(environmentsMax, true);
        this.log = log;
        this.starter = starter;
    }

    InvocationResult invoke(byte[] payload) throws InterruptedException {
        slots.acquire();
        try {
            Environment environment = take();
            boolean reusable = false;
            try {
                InvocationResult result = environment.invoke(payload);
                reusable = switch (result) {
                    case InvocationResult.Succeeded _ -> true;
                    case InvocationResult.FunctionError _ -> environment.hasAnswered();
                    case InvocationResult.TimedOut _, InvocationResult.Crashed _ -> false;
                };
                return result;
            } finally {
                giveBack(environment, reusable && !closed);
            }
        } finally {
            slots.release();
        }
    }

    private Environment take() {
        synchronized (idle) {
            while (!idle.isEmpty()) {
                Environment environment = idle.removeLast();
                if (environment.isAlive()) {
                    return environment;
                }
                discard(environment);
            }
        }
        try {
            Environment environment = starter.start("env-%04d".formatted(started.incrementAndGet()), log);
            alive.add(environment);
            if (closed) {
                discard(environment);
                throw new IllegalStateException("the function was replaced or its host closed");
            }
            return environment;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start an environment", e);
        }
    }

    private void giveBack(Environment environment, boolean reusable) {
        if (!reusable) {
            discard(environment);
            return;
        }
        synchronized (idle) {
            idle.addLast(environment);
        }
    }

    private void discard(Environment environment) {
        alive.remove(environment);
        environment.close();
    }

    List<EnvironmentView> environments() {
        return alive.stream().filter(Environment::isAlive).map(Environment::view).toList();
    }

    @Override
    public void close() {
        closed = true;
        alive.forEach(this::discard);
        log.close();
    }
}
