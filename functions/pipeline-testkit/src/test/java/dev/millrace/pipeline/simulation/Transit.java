package dev.millrace.pipeline.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.pipeline.StreamRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Everything between a device and the stream: messages on their way, each with its own delay, so they overtake
/// each other.
final class Transit {
    private record Message(long dueMillis, String partitionKey, byte[] payload) {
    }

    private final World world;
    private final List<Message> messages = new ArrayList<>();

    Transit(World world) {
        this.world = world;
    }

    /// Sends a message that takes from no time to days.
    void send(String thing, byte[] payload) {
        sendWithin(delayMillis(), thing, payload);
    }

    void sendWithin(long delayMillis, String thing, byte[] payload) {
        world.log("%s sends, to arrive in %d ms: %s", thing, delayMillis, new String(payload, UTF_8));
        messages.add(new Message(world.nowMillis() + delayMillis, thing, payload));
    }

    private long delayMillis() {
        Chance chance = world.chance();
        int kind = chance.between(1, 100);
        if (kind <= 65) {
            return chance.between(0, 500);
        }
        if (kind <= 80) {
            return chance.between(0, Duration.ofMinutes(2).toMillis());
        }
        return chance.between(0, kind <= 92 ? Duration.ofHours(1).toMillis() : Duration.ofDays(5).toMillis());
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    boolean hasArrival() {
        return messages.stream().anyMatch(message -> message.dueMillis <= world.nowMillis());
    }

    /// Puts one message that is due into the stream.
    StreamRecord arrive(SimulatedStream stream) {
        List<Message> due = messages.stream().filter(message -> message.dueMillis <= world.nowMillis()).toList();
        Message message = world.chance().pick(due);
        messages.remove(message);
        return stream.put(message.partitionKey, message.payload);
    }

    long nextDueMillis() {
        return messages.stream().mapToLong(Message::dueMillis).min().orElse(Long.MAX_VALUE);
    }
}
