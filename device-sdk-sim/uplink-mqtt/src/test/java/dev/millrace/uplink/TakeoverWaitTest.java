package dev.millrace.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TakeoverWaitTest {
    @Test
    void theWaitDoublesToTenMinutesAndStartsAnewAfterAQuietTime() {
        var nanos = new AtomicLong(7);
        var wait = new TakeoverWait(new SplittableRandom(1), nanos::get);

        for (long seconds : new long[] {30, 60, 120, 240, 480, 600, 600}) {
            assertThat(wait.next()).isBetween(Duration.ofSeconds(seconds / 2), Duration.ofSeconds(seconds));
            nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        }
        nanos.addAndGet(Duration.ofMinutes(21).toNanos());
        assertThat(wait.next()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }
}
