package dev.millrace.pipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.Lake.Landed;
import dev.millrace.pipeline.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every lake must do.
public abstract class LakeContract {
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");
    private static final DeviceType TRUCK = DeviceTypes.shipped().require("truck");
    private static final long ARRIVED_AT = 1_795_003_200_250L;

    /// Names that no other run of this contract on the same lake has used.
    private final String thing = UUID.randomUUID().toString();
    private final String shard = "shardId-" + thing;

    /// The lake under test.
    protected abstract Lake lake();

    /// What the lake holds of a thing, each reading as often as it is there.
    protected abstract List<Landed> landed(DeviceType type, String thing) throws Exception;

    @Test
    void everyReadingIsThereWithItsValues() throws Exception {
        List<Landed> readings = List.of(
                landed(1, Map.of("temperature_c", 20.5, "humidity_pct", 40.25)),
                landed(2, Map.of("temperature_c", -0.1)),
                landed(3, Map.of("humidity_pct", 1e-9, "door_open", 1.0, "fan_rpm", 1_200.0)));

        lake().land(batch(1, 3), ENVIRONMENT, readings);

        assertThat(landed(ENVIRONMENT, thing)).containsExactlyInAnyOrderElementsOf(readings);
    }

    @Test
    void landingTheSameBatchAgainLeavesEachReadingOnce() throws Exception {
        List<Landed> readings = List.of(landed(1, Map.of("temperature_c", 20.5)), landed(2, Map.of("temperature_c", 20.75)));

        lake().land(batch(1, 2), ENVIRONMENT, readings);
        lake().land(batch(1, 2), ENVIRONMENT, readings);

        assertThat(landed(ENVIRONMENT, thing)).containsExactlyInAnyOrderElementsOf(readings);
    }

    /// A retry may be cut shorter, and a delayed write of it may come last: it must not take what the longer cut brought.
    @Test
    void aShorterCutDoesNotReplaceALongerOne() throws Exception {
        List<Landed> readings = List.of(landed(1, Map.of("temperature_c", 20.5)), landed(2, Map.of("temperature_c", 20.75)));

        lake().land(batch(1, 2), ENVIRONMENT, readings);
        lake().land(batch(1, 1), ENVIRONMENT, readings.subList(0, 1));

        assertThat(landed(ENVIRONMENT, thing)).containsAll(readings);
    }

    @Test
    void typesOfOneBatchDoNotReplaceEachOther() throws Exception {
        Landed environment = landed(1, Map.of("temperature_c", 20.5));
        Landed truck = landed(2, Map.of("speed_kmh", 88.1, "lat", 47.5, "lon", -120.25));

        lake().land(batch(1, 2), ENVIRONMENT, List.of(environment));
        lake().land(batch(1, 2), TRUCK, List.of(truck));

        assertThat(landed(ENVIRONMENT, thing)).containsExactly(environment);
        assertThat(landed(TRUCK, thing)).containsExactly(truck);
    }

    private Landed landed(long seq, Map<String, Double> measures) {
        return new Landed(new Reading(new ReadingId(thing, 2, seq), ARRIVED_AT - 1_000 + seq, new TreeMap<>(measures)), ARRIVED_AT + seq);
    }

    private Batch batch(int first, int last) {
        List<StreamRecord> records = new ArrayList<>();
        for (int number = first; number <= last; number++) {
            records.add(new StreamRecord(String.valueOf(1_000 + number), thing, ARRIVED_AT + number, new byte[0]));
        }
        return new Batch(shard, records);
    }
}
