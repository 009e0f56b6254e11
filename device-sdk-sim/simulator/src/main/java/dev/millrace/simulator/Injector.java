package dev.millrace.simulator;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Publishes what belongs into quarantine, beside the journals, each until its PUBACK has come. Nothing of it is
/// durable: what a killed run had not published is never published.
final class Injector {
    private static final long RETRY_MILLIS = 1_000;

    private final List<SimulatedDevice> devices;
    private final List<String> things;
    private final Fleet.Problems problems;
    private final Deque<Injection> waiting;
    private final Queue<Injection> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Injection> failed = new ConcurrentLinkedQueue<>();
    private int onTheirWay;
    private long published;

    Injector(List<Injection> injections, List<SimulatedDevice> devices, List<String> things, Fleet.Problems problems) {
        this.waiting = new ArrayDeque<>(injections);
        this.devices = List.copyOf(devices);
        this.things = List.copyOf(things);
        this.problems = problems;
    }

    /// Goes on with what is due and writes what has arrived to the truth.
    void poll(long runningMillis, Truth truth) throws IOException {
        for (Injection done = acknowledged.poll(); done != null; done = acknowledged.poll()) {
            truth.injected(things.get(done.device()), done.reason(), done.payload());
            published++;
            onTheirWay--;
        }
        for (Injection again = failed.poll(); again != null; again = failed.poll()) {
            onTheirWay--;
            waiting.addFirst(new Injection(runningMillis + RETRY_MILLIS, again.device(), again.reason(), again.payload()));
        }
        for (int left = waiting.size(); left > 0; left--) {
            Injection next = waiting.removeFirst();
            if (next.dueMillis() > runningMillis) {
                waiting.addLast(next);
            } else {
                publish(next);
            }
        }
    }

    private void publish(Injection injection) {
        onTheirWay++;
        CompletableFuture<Void> _ = devices.get(injection.device()).link().publish(injection.payload()).whenComplete((_, failure) -> {
            if (failure == null) {
                acknowledged.add(injection);
            } else {
                problems.add("injected message: " + failure.getMessage());
                failed.add(injection);
            }
        });
    }

    /// Drops what is not due yet: the run ends early.
    void stop(long runningMillis) {
        waiting.removeIf(injection -> injection.dueMillis() > runningMillis);
    }

    /// Published or about to be published, and not acknowledged.
    int unacknowledged() {
        return waiting.size() + onTheirWay;
    }

    long published() {
        return published;
    }
}
