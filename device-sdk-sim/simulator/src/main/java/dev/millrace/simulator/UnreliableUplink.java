package dev.millrace.simulator;

import dev.millrace.agent.AgentClock;
import dev.millrace.agent.Uplink;
import dev.millrace.events.Decoded;
import dev.millrace.events.PackCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// What networks do to packs, on purpose and by a seed: some are delivered twice, as QoS 1 allows, and some are
/// overtaken by later ones. Nothing is lost here. Driven by [#poll], on the thread that also publishes.
final class UnreliableUplink implements Uplink {
    private static final long HELD_MILLIS_MIN = 1_000;
    private static final long HELD_MILLIS_MAX = 10_000;

    private final Uplink uplink;
    private final double resend;
    private final double delay;
    private final RandomGenerator random;
    private final AgentClock clock;
    private final PackCodec codec;
    private final List<Held> held = new ArrayList<>();
    private final Queue<byte[]> toResend = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> resent = new ConcurrentLinkedQueue<>();
    /// From the decision on the acknowledgement until the second answer.
    private final AtomicInteger resending = new AtomicInteger();
    private long packsDelayed;
    private long packsResent;
    private long readingsResent;

    private record Held(byte[] payload, boolean isResent, long dueNanos, CompletableFuture<Void> answer) {
    }

    /// @param resend probability, 0 to 1
    /// @param delay  probability, 0 to 1
    UnreliableUplink(Uplink uplink, double resend, double delay, RandomGenerator random, AgentClock clock, PackCodec codec) {
        this.uplink = uplink;
        this.resend = resend;
        this.delay = delay;
        this.random = random;
        this.clock = clock;
        this.codec = codec;
    }

    /// Both dice are cast here, not when answers come: the order of answers is not the seed's.
    @Override
    public CompletableFuture<Void> publish(byte[] payload) {
        boolean isResent = random.nextDouble() < resend;
        if (random.nextDouble() >= delay) {
            return send(payload, isResent);
        }
        packsDelayed++;
        long dueNanos = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextLong(HELD_MILLIS_MIN, HELD_MILLIS_MAX + 1));
        CompletableFuture<Void> answer = new CompletableFuture<>();
        held.add(new Held(payload, isResent, dueNanos, answer));
        return answer;
    }

    private CompletableFuture<Void> send(byte[] payload, boolean isResent) {
        CompletableFuture<Void> answer = uplink.publish(payload);
        return !isResent ? answer : answer.thenRun(() -> {
            resending.incrementAndGet();
            toResend.add(payload);
        });
    }

    /// Sends what was held long enough and what is to go twice.
    void poll() {
        for (Held one : List.copyOf(held)) {
            if (clock.nanoTime() - one.dueNanos() >= 0) {
                held.remove(one);
                CompletableFuture<Void> _ = send(one.payload(), one.isResent()).whenComplete((_, failure) -> {
                    boolean _ = failure == null ? one.answer().complete(null) : one.answer().completeExceptionally(failure);
                });
            }
        }
        for (byte[] payload = toResend.poll(); payload != null; payload = toResend.poll()) {
            byte[] again = payload;
            CompletableFuture<Void> _ = uplink.publish(again).whenComplete((_, failure) -> {
                if (failure == null) {
                    resent.add(again);
                }
                resending.decrementAndGet();
            });
        }
        for (byte[] payload = resent.poll(); payload != null; payload = resent.poll()) {
            packsResent++;
            if (codec.decode(payload) instanceof Decoded.Telemetry(var pack)) {
                readingsResent += pack.readings().size();
            }
        }
    }

    /// Whether nothing is held and nothing is still on its second way.
    boolean isIdle() {
        return held.isEmpty() && resending.get() == 0 && resent.isEmpty();
    }

    long packsDelayed() {
        return packsDelayed;
    }

    long packsResent() {
        return packsResent;
    }

    long readingsResent() {
        return readingsResent;
    }
}
