package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionMinutesTest {
    private final AtomicLong nowMillis = new AtomicLong();
    private final ConnectionMinutes minutes = new ConnectionMinutes(() -> Instant.ofEpochMilli(nowMillis.get()));

    @Test
    void eachConnectionIsRoundedUpToWholeMinutesAndOpenOnesCountUpToNow() {
        minutes.connected("truck-1");
        minutes.connected("truck-2");
        nowMillis.set(60_000);
        minutes.disconnected("truck-1");
        assertThat(minutes.total()).isEqualTo(2);

        nowMillis.set(60_001);
        assertThat(minutes.total()).isEqualTo(1 + 2);

        minutes.connected("truck-1");
        minutes.disconnected("truck-1");
        minutes.disconnected("truck-1");
        assertThat(minutes.total()).isEqualTo(1 + 1 + 2);
    }
}
