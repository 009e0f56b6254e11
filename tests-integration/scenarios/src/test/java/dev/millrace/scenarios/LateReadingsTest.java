package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Compaction;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A device that was offline for days: its readings come when their panes are long closed. The next compaction puts that
/// right.
@Timeout(180)
class LateReadingsTest {
    private static final String OFFLINE = "offline-1";

    @Test
    void readingsOfDaysAgoAreInTheirTableOnceAndInTheirPanesAfterTheNextCompaction() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        long nowMillis = System.currentTimeMillis();
        long thenMillis = nowMillis - Duration.ofDays(2).toMillis() - nowMillis % 60_000;
        Reading[] late = {Payload.reading(OFFLINE, 2, thenMillis + 1_000, 10), Payload.reading(OFFLINE, 3, thenMillis + 2_000, 12),
            Payload.reading(OFFLINE, 4, thenMillis + 61_000, 30)};
        cloud.put(List.of(Payload.pack(OFFLINE, Payload.reading(OFFLINE, 1, nowMillis, 20))));
        cloud.awaitDrained();
        cloud.put(List.of(Payload.pack(OFFLINE, late), Payload.pack(OFFLINE, late)));
        cloud.awaitDrained();
        assertThat(cloud.accounts().inPanes(OFFLINE)).as("the panes of two days ago are closed").isEqualTo(1);

        JsonNode report = environment(Compaction.run(cloud.cloud()));

        assertThat(report.get("rowsOut").asLong() + report.get("duplicates").asLong()).isEqualTo(report.get("rowsIn").asLong());
        assertThat(report.get("duplicates").asLong()).isGreaterThanOrEqualTo(late.length);
        assertThat(cloud.accounts().table(OFFLINE)).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(cloud.accounts().inPanes(OFFLINE)).isEqualTo(4);
        assertThat(cloud.accounts().averageSince(OFFLINE, thenMillis)).isEqualTo((10 + 12 + 30 + 20) / 4.0);

        JsonNode again = environment(Compaction.run(cloud.cloud()));

        assertThat(again.get("rowsOut").asLong()).isZero();
        assertThat(cloud.accounts().table(OFFLINE)).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(cloud.accounts().inPanes(OFFLINE)).isEqualTo(4);
    }

    private static JsonNode environment(JsonNode report) {
        for (JsonNode type : report) {
            if (type.get("type").asText().equals("environment")) {
                return type;
            }
        }
        throw new AssertionError("no environment in " + report);
    }

    private static ReadingId id(long seq) {
        return new ReadingId(OFFLINE, 1, seq);
    }
}
