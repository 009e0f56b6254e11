package dev.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs works at the same time, each on its own platform thread, and takes the time until the last one is done.
final class Race implements AutoCloseable {
    private final ThreadMXBean threadBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean systemBean = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ExecutorService threads;

    /// @param nanos          of the wall clock
    /// @param cpuNanos       of all threads of the JVM, those of the compiler and the collector included
    /// @param allocatedBytes by all threads of the JVM: the function's sinks work on virtual threads
    record Effort(long nanos, long cpuNanos, long allocatedBytes) {
        static final Effort NONE = new Effort(0, 0, 0);

        Effort plus(Effort other) {
            return new Effort(nanos + other.nanos, cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
        }
    }

    /// @param lanes how many works run at the same time
    Race(int lanes) {
        threads = Executors.newFixedThreadPool(lanes);
    }

    Effort run(List<? extends Work> works) throws IOException, InterruptedException {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Work work : works) {
            tasks.add(() -> {
                work.run();
                return null;
            });
        }
        long allocatedBefore = threadBean.getTotalThreadAllocatedBytes();
        long cpuBefore = systemBean.getProcessCpuTime();
        long start = System.nanoTime();
        List<Future<Void>> done = threads.invokeAll(tasks);
        long nanos = System.nanoTime() - start;
        var effort = new Effort(nanos, systemBean.getProcessCpuTime() - cpuBefore, threadBean.getTotalThreadAllocatedBytes() - allocatedBefore);
        for (Future<Void> one : done) {
            join(one);
        }
        return effort;
    }

    private static void join(Future<Void> done) throws IOException, InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException unchecked -> throw unchecked;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
