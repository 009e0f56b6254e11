package dev.millrace.redrive;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/// Calls of S3, many at a time: each is some milliseconds of waiting.
final class SideBySide {
    private static final int AT_A_TIME = 16;

    private SideBySide() {
    }

    static <T> void each(List<T> all, Consumer<T> call) throws InterruptedException {
        map(all, one -> {
            call.accept(one);
            return one;
        });
    }

    /// @return the results, in the order of what they are of
    /// @throws RuntimeException what a call threw
    static <T, R> List<R> map(List<T> all, Function<T, R> call) throws InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().factory())) {
            List<R> results = new ArrayList<>();
            for (Future<R> result : threads.invokeAll(all.stream().map(one -> (Callable<R>) () -> call.apply(one)).toList())) {
                results.add(result.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
