package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What cannot be counted is kept, and never stops the shard.
@Timeout(120)
class QuarantineTest {
    private static final String THING = "suspect-1";

    @Test
    void everyWrongRecordIsKeptWithItsReasonAndBytesAndTheShardGoesOn() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        long now = System.currentTimeMillis();
        Map<String, Payload> wrong = new LinkedHashMap<>();
        wrong.put("malformed", new Payload(THING, new byte[] {'{', (byte) 0xff, 0, '"'}));
        wrong.put("unknown_version", Payload.text(THING, "{\"v\":2,\"readings\":\"in a format to come\"}"));
        wrong.put("spoofed", Payload.claiming(THING, "victim-1", Payload.reading("victim-1", 1, now, 20)));
        wrong.put("unknown_type", Payload.text(THING,
                "{\"v\":1,\"type\":\"submarine\",\"device\":\"%s\",\"epoch\":1,\"seq\":9,\"ts\":%d,\"m\":{\"depth_m\":300}}".formatted(THING, now)));
        wrong.put("too_old", Payload.pack(THING, Payload.reading(THING, 1, now - Duration.ofDays(31).toMillis(), 20)));
        wrong.put("in_future", Payload.pack(THING, Payload.reading(THING, 2, now + Duration.ofMinutes(10).toMillis(), 20)));
        wrong.put("out_of_range", Payload.pack(THING, Payload.reading(THING, 3, now, 20), Payload.reading(THING, 4, now, 85.1)));

        cloud.put(List.copyOf(wrong.values()));
        cloud.put(List.of(Payload.pack(THING, Payload.reading(THING, 5, now, 20))));
        cloud.awaitDrained();

        assertThat(cloud.accounts().quarantined(THING).stream().map(entry -> entry.reason() + " " + entry.payload()))
                .containsExactlyInAnyOrderElementsOf(wrong.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue().base64()).toList());
        assertThat(cloud.accounts().quarantined(THING).stream().filter(entry -> !entry.seqs().isEmpty())
                .collect(Collectors.toMap(entry -> entry.reason(), entry -> entry.seqs())))
                .isEqualTo(Map.of("too_old", List.of(1L), "in_future", List.of(2L), "out_of_range", List.of(4L)));

        ThingState state = cloud.accounts().state(THING);
        assertThat(state.tally()).isEqualTo(new Tally(2, 0, 7, 0));
        assertThat(state.ledgers().get(1L).missing()).as("what is in quarantine is not missing").isEmpty();
        List<ReadingId> good = List.of(new ReadingId(THING, 1, 3), new ReadingId(THING, 1, 5));
        assertThat(cloud.accounts().hot(THING)).isEqualTo(good);
        assertThat(cloud.accounts().lake(THING)).isEqualTo(good);
        assertThat(cloud.accounts().state("victim-1")).isEqualTo(ThingState.unseen("victim-1"));
    }
}
