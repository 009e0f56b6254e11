package dev.millrace.pipeline.testkit;

import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.TimeSeries;
import java.util.List;

class InMemoryTimeSeriesTest extends TimeSeriesContract {
    private final InMemoryTimeSeries store = new InMemoryTimeSeries();

    @Override
    protected TimeSeries timeSeries() {
        return store;
    }

    @Override
    protected long minuteMillis() {
        return 1_795_003_200_000L;
    }

    @Override
    protected List<ReadingId> storedReadings(String thing) {
        return store.readings().keySet().stream().filter(id -> id.thing().equals(thing)).toList();
    }

    @Override
    protected double storedSum(String thing) {
        return store.panes().values().iterator().next().measures().get("temperature_c").sum();
    }
}
