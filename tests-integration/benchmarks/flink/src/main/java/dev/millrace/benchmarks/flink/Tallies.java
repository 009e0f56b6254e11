package dev.millrace.benchmarks.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What the job counts and when it began and ended. The job runs in this JVM, so statics will do, and cost the least.
final class Tallies {
    static final LongAdder ACCEPTED = new LongAdder();
    static final LongAdder DUPLICATE = new LongAdder();
    static final LongAdder REJECTED = new LongAdder();
    static final LongAdder WINDOWS = new LongAdder();
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    /// Of the first message out of the source and of the last window into the sink, by [System#nanoTime].
    static final AtomicLong FIRST_NANOS = new AtomicLong();
    static final AtomicLong LAST_NANOS = new AtomicLong();
    /// The processor time of the JVM at the same moments.
    static final AtomicLong FIRST_CPU_NANOS = new AtomicLong();
    static final AtomicLong LAST_CPU_NANOS = new AtomicLong();

    private Tallies() {
    }

    static void reset() {
        ACCEPTED.reset();
        DUPLICATE.reset();
        REJECTED.reset();
        WINDOWS.reset();
        FIRST_NANOS.set(0);
        LAST_NANOS.set(0);
    }

    /// Called for every message; does something for the first one only.
    static void begin() {
        if (FIRST_NANOS.get() == 0) {
            FIRST_CPU_NANOS.set(SYSTEM.getProcessCpuTime());
            FIRST_NANOS.set(System.nanoTime());
        }
    }

    static void end() {
        LAST_NANOS.set(System.nanoTime());
        LAST_CPU_NANOS.set(SYSTEM.getProcessCpuTime());
    }

    static long readings() {
        return ACCEPTED.sum() + DUPLICATE.sum() + REJECTED.sum();
    }
}
