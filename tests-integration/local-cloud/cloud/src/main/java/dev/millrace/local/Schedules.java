package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.lambda.FunctionInvoker;
import dev.millrace.local.lambda.InvocationResult;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// EventBridge on one machine: invokes the targets of the rules at their rates. The first time is one interval after the
/// start. An invocation that fails is logged; Lambda would try it twice more.
final class Schedules implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Schedules.class.getName());
    private static final long CLOSE_SECONDS = 10;

    private final List<ScheduleDefinition> schedules;
    private final FunctionInvoker invoker;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("schedules").factory());
    private final AtomicLong invoked = new AtomicLong();
    /// So that a function which takes long delays neither its own next time nor others.
    private final ExecutorService invocations = Executors.newVirtualThreadPerTaskExecutor();

    /// Begins to wait.
    ///
    /// @param random for the ids of events
    Schedules(List<ScheduleDefinition> schedules, FunctionInvoker invoker, InstantSource clock, RandomGenerator random) {
        this.schedules = List.copyOf(schedules);
        this.invoker = requireNonNull(invoker, "invoker is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.random = requireNonNull(random, "random is null");
        for (ScheduleDefinition schedule : schedules) {
            long millis = schedule.every().toMillis();
            // nothing comes of it: it ends when this is closed
            var _ = ticks.scheduleAtFixedRate(() -> invocations.execute(() -> onTime(schedule)), millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /// Invocations so far.
    long invoked() {
        return invoked.get();
    }

    /// Invokes all targets of all rules now, one after the other, and waits for their answers.
    ///
    /// @throws IllegalStateException if a function fails
    void fire() throws InterruptedException {
        for (ScheduleDefinition schedule : schedules) {
            fire(schedule);
        }
    }

    private void onTime(ScheduleDefinition schedule) {
        try {
            fire(schedule);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e.getMessage());
        }
    }

    private void fire(ScheduleDefinition schedule) throws InterruptedException {
        invoked.addAndGet(schedule.targets().size());
        byte[] event = new ScheduledEvent(schedule.arn(), randomId(), clock.instant()).json();
        for (ScheduleDefinition.Target target : schedule.targets()) {
            InvocationResult result = invoker.invoke(target.function(), event);
            if (!(result instanceof InvocationResult.Succeeded)) {
                throw new IllegalStateException("rule %s: function %s failed: %s".formatted(schedule.name(), target.function(), result.inWords()));
            }
        }
    }

    private UUID randomId() {
        byte[] bytes = new byte[16];
        synchronized (random) {
            // a generator need not be thread-safe
            random.nextBytes(bytes);
        }
        return UUID.nameUUIDFromBytes(bytes);
    }

    /// Nothing is invoked any more when this returns; what is under way is left to end with its function.
    @Override
    public void close() {
        ticks.shutdownNow();
        invocations.shutdownNow();
        try {
            if (!invocations.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "an invocation by schedule does not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
