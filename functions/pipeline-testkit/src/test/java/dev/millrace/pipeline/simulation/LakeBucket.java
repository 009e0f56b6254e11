package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.Reading;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The landing zone: an object a batch and device type; the same key again must bring the same readings.
final class LakeBucket {
    private final World world;
    private final Map<String, List<Lake.Landed>> objects = new TreeMap<>();

    LakeBucket(World world) {
        this.world = world;
    }

    void put(Batch batch, DeviceType type, List<Lake.Landed> readings) {
        List<Lake.Landed> before = objects.put(type.name() + "/" + batch.name(), List.copyOf(readings));
        world.require(before == null || before.equals(readings), "lake object", "%s of %s was %s and is %s", batch.name(), type.name(), before, readings);
        world.log("lake holds %s of %s: %d readings", batch.name(), type.name(), readings.size());
    }

    /// What is left after compaction: one reading for each identity.
    Map<ReadingId, Reading> compacted() {
        Map<ReadingId, Reading> readings = new TreeMap<>();
        for (List<Lake.Landed> object : objects.values()) {
            object.forEach(landed -> readings.putIfAbsent(landed.reading().id(), landed.reading()));
        }
        return readings;
    }
}
