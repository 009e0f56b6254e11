package dev.millrace.pipeline.testkit;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.Lake.Landed;
import java.util.List;

class InMemoryLakeTest extends LakeContract {
    private final InMemoryLake lake = new InMemoryLake();

    @Override
    protected Lake lake() {
        return lake;
    }

    @Override
    protected List<Landed> landed(DeviceType type, String thing) {
        return lake.landed(type).stream().filter(landed -> landed.reading().id().thing().equals(thing)).toList();
    }
}
