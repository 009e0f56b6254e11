package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.events.ReadingId;
import dev.millrace.local.lambda.InvocationResult;
import dev.millrace.pipeline.Tally;
import dev.millrace.pipeline.ThingState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The stream delivers at least once: after any failure, and sometimes without one.
@Timeout(120)
class RedeliveryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int COUNT = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private SharedCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = SharedCloud.get();
    }

    @Test
    void anEventThatIsDeliveredTwiceIsCountedOnce() throws Exception {
        byte[] event = event("shardId-000000000009", Payload.readings("twice-1", COUNT), Payload.readings("twice-2", 1));

        assertThat(invokeIngest(event)).isEqualTo("{\"batchItemFailures\":[]}");
        assertCountedOnce("twice-1", COUNT);
        assertThat(invokeIngest(event)).isEqualTo("{\"batchItemFailures\":[]}");

        assertCountedOnce("twice-1", COUNT);
        assertCountedOnce("twice-2", 1);
        assertThat(cloud.accounts().state("twice-1").tally()).isEqualTo(new Tally(COUNT, COUNT, 0, 0));
        assertThat(cloud.accounts().state("twice-2").tally()).isEqualTo(new Tally(1, 1, 0, 0));
    }

    @Test
    void readingsCountOnceWhenIngestIsKilledBetweenItsSinksAndItsCommit() throws Exception {
        List<ReadingId> storedAtDeath = killIngestAt("BatchExecuteStatement", 0, "uncommitted-1", List.of(Payload.readings("uncommitted-1", COUNT)));

        assertThat(storedAtDeath).as("the sinks were written").hasSize(COUNT);
        assertCountedOnce("uncommitted-1", COUNT);
        assertThat(cloud.accounts().state("uncommitted-1").tally()).as("nothing was committed before").isEqualTo(new Tally(COUNT, 0, 0, 0));
    }

    @Test
    void readingsCountOnceWhenIngestIsKilledBeforeItsSinks() throws Exception {
        List<ReadingId> storedAtDeath = killIngestAt("WriteRecords", 0, "unwritten-1", List.of(Payload.readings("unwritten-1", COUNT)));

        assertThat(storedAtDeath).as("nothing was written").isEmpty();
        assertCountedOnce("unwritten-1", COUNT);
        assertThat(cloud.accounts().state("unwritten-1").tally()).isEqualTo(new Tally(COUNT, 0, 0, 0));
    }

    /// States are committed 25 a call: those that came before the end see their readings again.
    @Test
    void readingsOfManyThingsCountOnceWhenIngestIsKilledAmongItsCommits() throws Exception {
        List<String> things = LongStream.rangeClosed(1, 60).mapToObj("among-%d"::formatted).toList();

        killIngestAt("BatchExecuteStatement", 1, things.getFirst(), things.stream().map(thing -> Payload.readings(thing, 10)).toList());

        List<Long> duplicates = new ArrayList<>();
        for (String thing : things) {
            assertCountedOnce(thing, 10);
            duplicates.add(cloud.accounts().state(thing).tally().duplicate());
        }
        assertThat(duplicates).as("some were committed before, some were not").contains(0L, 10L).containsOnly(0L, 10L);
    }

    /// @return what the hot store held of the thing when ingest was killed
    private List<ReadingId> killIngestAt(String operation, int callsToPass, String thing, List<Payload> payloads) throws Exception {
        long failedBefore = cloud.failedInvocations();
        var killer = new KillCaller<>(cloud.cloud().lambdaHost(), cloud.ingest(), operation, callsToPass,
                () -> cloud.accounts().hot(thing));
        List<ReadingId> storedAtDeath;
        try (SharedCloud.Passage _ = cloud.through(killer)) {
            cloud.put(payloads);
            storedAtDeath = killer.seen(PATIENCE);
        }
        cloud.awaitDrained();
        assertThat(cloud.failedInvocations()).as("deliveries that failed").isGreaterThan(failedBefore);
        return storedAtDeath;
    }

    private void assertCountedOnce(String thing, int count) {
        ThingState state = cloud.accounts().state(thing);
        assertThat(state.tally().accepted()).as("counted of %s", thing).isEqualTo(count);
        assertThat(state.ledgers()).containsOnlyKeys(1L);
        assertThat(state.ledgers().get(1L).missing()).isEmpty();
        assertThat(cloud.accounts().hot(thing)).containsExactlyElementsOf(LongStream.rangeClosed(1, count).mapToObj(seq -> new ReadingId(thing, 1, seq)).toList());
        assertThat(cloud.accounts().inPanes(thing)).as("in the panes of %s", thing).isEqualTo(count);
    }

    private String invokeIngest(byte[] event) throws InterruptedException {
        InvocationResult result = cloud.cloud().lambdaHost().invoke(cloud.ingest(), event);
        assertThat(result).isInstanceOf(InvocationResult.Succeeded.class);
        return new String(((InvocationResult.Succeeded) result).response(), UTF_8);
    }

    /// As the event source mapping writes it; what the functions do not read is left out.
    private static byte[] event(String shard, Payload... payloads) throws Exception {
        ObjectNode event = JSON.createObjectNode();
        for (Payload payload : payloads) {
            ObjectNode record = event.withArrayProperty("Records").addObject();
            String sequenceNumber = String.valueOf(1_000 + event.get("Records").size());
            record.put("eventID", shard + ":" + sequenceNumber);
            record.putObject("kinesis").put("partitionKey", payload.sender()).put("sequenceNumber", sequenceNumber).put("data", payload.bytes())
                    .put("approximateArrivalTimestamp", BigDecimal.valueOf(System.currentTimeMillis(), 3));
        }
        return JSON.writeValueAsBytes(event);
    }
}
