package dev.millrace.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.Plan;
import dev.millrace.pipeline.Progress;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.Sweep;
import dev.millrace.pipeline.ThingState;
import dev.millrace.states.DynamoDbStates;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A thing that fell silent moves no watermark; the schedule has its panes closed.
@Timeout(120)
class IdleThingTest {
    private static final String SILENT = "silent-1";
    private static final String TALKING = "talking-1";

    @Test
    void theOpenPanesOfASilentThingAreClosedByASweepThroughTheStreamAndTheOthersStayOpen() throws Exception {
        SharedCloud cloud = SharedCloud.get();
        ThingState silent = silentFor(SILENT, Duration.ofHours(1));
        assertThat(silent.panes()).isNotEmpty();
        commit(cloud, silent);
        cloud.put(List.of(Payload.readings(TALKING, 3)));
        cloud.awaitDrained();

        cloud.cloud().fireSchedules();
        cloud.awaitDrained();

        Progress before = silent.progress();
        ThingState swept = cloud.accounts().state(SILENT);
        assertThat(swept).isEqualTo(new ThingState(SILENT, silent.version() + 1, silent.ledgers(), List.of(),
                new Progress(before.watermarkMillis(), silent.panes().getLast().key().endMillis(), before.arrivedAtMillis(), 0), silent.tally(), 0));
        assertThat(item(cloud, SILENT)).containsEntry("idle_from", AttributeValue.fromN("0"));

        ThingState talking = cloud.accounts().state(TALKING);
        assertThat(talking.panes()).isNotEmpty();
        assertThat(item(cloud, TALKING)).containsEntry("idle_from", AttributeValue.fromN(Long.toString(talking.progress().idleFromMillis())));

        cloud.cloud().fireSchedules();
        cloud.awaitDrained();
        assertThat(sweeps(cloud, SILENT)).as("there is nothing left to close").isEqualTo(1);
        assertThat(sweeps(cloud, TALKING)).isZero();
        assertThat(cloud.accounts().quarantined(SILENT)).isEmpty();
    }

    static void commit(SharedCloud cloud, ThingState state) throws Exception {
        assertThat(new DynamoDbStates(cloud.stage().clients().dynamoDb(), cloud.stage().deployed().output("StatesTable"), Limits.DEFAULT, new SplittableRandom(1))
                .commit(List.of(state))).isEmpty();
    }

    /// The first state of a thing, as if its readings had come then.
    static ThingState silentFor(String thing, Duration silence) {
        long thenMillis = System.currentTimeMillis() - silence.toMillis();
        Payload payload = Payload.pack(thing, Payload.reading(thing, 1, thenMillis - 60_000, 20), Payload.reading(thing, 2, thenMillis, 21));
        var record = new StreamRecord("1", thing, thenMillis, payload.bytes());
        return Plan.of(Map.of(thing, List.of(record)), Map.of(thing, ThingState.unseen(thing)), PackCodec.anyFormat(), DeviceTypes.shipped(), Limits.DEFAULT).states().getFirst();
    }

    private static long sweeps(SharedCloud cloud, String thing) {
        return cloud.streamRecords().stream().filter(record -> record.partitionKey().equals(thing) && Arrays.equals(record.payload(), Sweep.payload())).count();
    }

    private static Map<String, AttributeValue> item(SharedCloud cloud, String thing) {
        String table = cloud.stage().deployed().output("StatesTable");
        return cloud.stage().clients().dynamoDb().getItem(get -> get.tableName(table).key(Map.of("thing", AttributeValue.fromS(thing))).consistentRead(true)).item();
    }
}
