package dev.millrace.compact;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Fetches landing objects in their order, some ahead of the one that is read.
final class LandingFetch implements AutoCloseable {
    private static final int FETCHED_AHEAD = 8;

    private final Landing landing;
    private final Iterator<Landing.LandingObject> rest;
    private final Deque<Future<byte[]>> underWay = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    LandingFetch(Landing landing, List<Landing.LandingObject> objects) {
        this.landing = requireNonNull(landing, "landing is null");
        rest = objects.iterator();
    }

    byte[] next() throws IOException {
        while (rest.hasNext() && underWay.size() <= FETCHED_AHEAD) {
            String key = rest.next().key();
            underWay.add(threads.submit(() -> landing.read(key)));
        }
        try {
            return underWay.remove().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
