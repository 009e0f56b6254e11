package dev.millrace.agent;

import dev.millrace.events.Decoded;
import dev.millrace.events.Pack;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Keeps what was published, and answers when a test says so.
final class FakeUplink implements Uplink {
    final List<Publish> publishes = new ArrayList<>();
    private boolean answersAtOnce;

    record Publish(byte[] payload, CompletableFuture<Void> answer) {
        Pack pack() {
            Decoded decoded = PackCodec.anyFormat().decode(payload);
            if (decoded instanceof Decoded.Telemetry(Pack pack)) {
                return pack;
            }
            throw new AssertionError("the agent sent no pack: " + decoded);
        }

        List<ReadingId> ids() {
            return pack().readings().stream().map(Reading::id).toList();
        }

        void acknowledge() {
            answer.complete(null);
        }

        void fail() {
            answer.completeExceptionally(new IllegalStateException("quota exceeded"));
        }
    }

    FakeUplink answeringAtOnce() {
        answersAtOnce = true;
        return this;
    }

    @Override
    public CompletableFuture<Void> publish(byte[] payload) {
        var publish = new Publish(payload, new CompletableFuture<>());
        publishes.add(publish);
        if (answersAtOnce) {
            publish.acknowledge();
        }
        return publish.answer();
    }

    List<ReadingId> allIds() {
        return publishes.stream().flatMap(publish -> publish.ids().stream()).toList();
    }
}
