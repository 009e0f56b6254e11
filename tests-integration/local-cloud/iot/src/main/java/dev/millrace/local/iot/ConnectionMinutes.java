package dev.millrace.local.iot;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How long clients were connected, each connection rounded up to whole minutes, as AWS IoT bills it (AWS IoT Core pricing,
/// "Connectivity").
final class ConnectionMinutes {
    private static final long MINUTE_MILLIS = 60_000;

    private final InstantSource clock;
    private final Map<String, Long> openSinceMillis = new ConcurrentHashMap<>();
    private final AtomicLong ended = new AtomicLong();

    ConnectionMinutes(InstantSource clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /// A client that is connected already takes over from itself.
    void connected(String clientId) {
        end(openSinceMillis.put(clientId, clock.millis()));
    }

    void disconnected(String clientId) {
        end(openSinceMillis.remove(clientId));
    }

    private void end(Long sinceMillis) {
        if (sinceMillis != null) {
            ended.addAndGet(minutes(sinceMillis));
        }
    }

    /// Those of open connections up to now included.
    long total() {
        return ended.get() + openSinceMillis.values().stream().mapToLong(this::minutes).sum();
    }

    private long minutes(long sinceMillis) {
        return Math.max(1, Math.ceilDiv(clock.millis() - sinceMillis, MINUTE_MILLIS));
    }
}
