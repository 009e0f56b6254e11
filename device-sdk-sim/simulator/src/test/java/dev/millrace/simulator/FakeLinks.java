package dev.millrace.simulator;

import dev.millrace.agent.LostReadings;
import dev.millrace.events.Decoded;
import dev.millrace.events.PackCodec;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.uplink.Commands;
import dev.millrace.uplink.ConnectionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A broker that takes everything, unless told otherwise.
final class FakeLinks implements Link.Maker {
    record Message(String thing, byte[] payload) {
        List<ReadingId> ids() {
            return PackCodec.anyFormat().decode(payload) instanceof Decoded.Telemetry(var pack)
                    ? pack.readings().stream().map(Reading::id).toList() : List.of();
        }
    }

    final List<Message> messages = new ArrayList<>();
    final List<LostReadings> notices = new ArrayList<>();
    boolean isDown;
    boolean isSilent;
    int pauses;

    @Override
    public Link make(String thing, ConnectionListener listener, Commands commands) {
        return new Link() {
            private boolean isStarted;
            private boolean isPaused;

            @Override
            public CompletableFuture<Void> publish(byte[] payload) {
                if (isPaused) {
                    return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
                }
                messages.add(new Message(thing, payload));
                return isSilent ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletableFuture<Void> lost(LostReadings lost) {
                notices.add(lost);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void start() {
                isStarted = true;
                if (isDown) {
                    listener.connectFailed(thing + " cannot connect: refused");
                } else {
                    listener.connected(false);
                }
            }

            @Override
            public boolean isConnected() {
                return isStarted && !isDown && !isPaused;
            }

            @Override
            public void pause() {
                isPaused = true;
                pauses++;
            }

            @Override
            public void resume() {
                isPaused = false;
                listener.connected(false);
            }

            @Override
            public void stop() {
                isStarted = false;
            }

            @Override
            public void close() {
                isStarted = false;
            }
        };
    }

    /// The identities in good packs, as often as they came.
    List<ReadingId> ids() {
        return messages.stream().filter(message -> message.ids().stream().allMatch(id -> id.thing().equals(message.thing())))
                .flatMap(message -> message.ids().stream()).toList();
    }
}
