package dev.millrace.states;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Calls side by side on virtual threads, a bounded number at a time.
final class Calls {
    private static final int IN_FLIGHT = 16;

    private Calls() {
    }

    /// Returns when all are done.
    ///
    /// @return their results, in their order
    static <T> List<T> all(List<Callable<T>> calls) throws ExecutionException, InterruptedException {
        List<T> results = new ArrayList<>(calls.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT, Thread.ofVirtual().factory())) {
            for (Future<T> done : threads.invokeAll(calls)) {
                results.add(done.get());
            }
        }
        return results;
    }

    /// Parts of so many, in order; the last may be smaller.
    static <T> List<List<T>> parts(List<T> all, int max) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += max) {
            parts.add(all.subList(from, Math.min(all.size(), from + max)));
        }
        return parts;
    }
}
