package dev.millrace.completeness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.completeness.History.Sum;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    @Test
    void theLastDayIsTheDifferenceToTheRunOfADayAgo() {
        History history = History.NONE;
        for (long hour = 0; hour < 60; hour++) {
            var now = new Sum(hour * HOUR, 1_000 * (hour + 1), 10 * (hour + 1));
            Sum day = history.ofLastDay(now);
            assertThat(day.accepted()).as("hour %d", hour).isEqualTo(hour < 24 ? 1_000 * (hour + 1) : 24_000);
            assertThat(day.gone()).isEqualTo(hour < 24 ? 10 * (hour + 1) : 240);
            history = history.with(now);
            assertThat(history.sums()).hasSizeLessThanOrEqualTo(25);
        }
    }

    @Test
    void aThingThatIsRemovedTakesNothingFromTheOthers() {
        History history = History.NONE.with(new Sum(0, 1_000, 50));

        assertThat(history.ofLastDay(new Sum(24 * HOUR, 400, 20))).isEqualTo(new Sum(24 * HOUR, 0, 0));
    }
}
