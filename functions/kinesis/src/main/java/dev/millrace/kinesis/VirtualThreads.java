package dev.millrace.kinesis;

import dev.millrace.pipeline.SideBySide;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Runs tasks at the same time, each on a virtual thread of its own.
public final class VirtualThreads implements SideBySide {
    @Override
    public void run(List<? extends Runnable> tasks, long withinMillis) {
        var left = new CountDownLatch(tasks.size());
        var failure = new AtomicReference<Throwable>();
        List<Thread> threads = new ArrayList<>(tasks.size());
        for (Runnable task : tasks) {
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    task.run();
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    left.countDown();
                }
            }));
        }
        boolean ended = false;
        try {
            ended = left.await(withinMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            threads.forEach(Thread::interrupt);
        }
        switch (failure.get()) {
            case null -> {
                // all went well, or goes on
            }
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }
}
