package dev.millrace.pipeline.testkit;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A lake keyed as the real one is: one object a batch and type.
public final class InMemoryLake implements Lake {
    private record Key(String type, String batch) {
    }

    private final Map<Key, List<Landed>> objects = new HashMap<>();

    @Override
    public void land(Batch batch, DeviceType type, List<Landed> readings) {
        objects.put(new Key(type.name(), batch.name()), List.copyOf(readings));
    }

    /// What is there of a type, each reading as often as it is in an object.
    public List<Landed> landed(DeviceType type) {
        List<Landed> all = new ArrayList<>();
        objects.forEach((key, landed) -> {
            if (key.type.equals(type.name())) {
                all.addAll(landed);
            }
        });
        return all;
    }
}
