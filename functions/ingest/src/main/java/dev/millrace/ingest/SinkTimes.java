package dev.millrace.ingest;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import dev.millrace.pipeline.TimeSeries;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// How long the stores took for a batch: looks on at every call of a port.
final class SinkTimes {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanoTime;
    private final Map<String, Long> nanosByName = new ConcurrentHashMap<>();

    SinkTimes(LongSupplier nanoTime) {
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
    }

    void reset() {
        nanosByName.clear();
    }

    /// By store, in milliseconds; a store that was not called, or has not answered, is not there.
    Map<String, Long> millis() {
        Map<String, Long> millis = new TreeMap<>();
        nanosByName.forEach((name, nanos) -> millis.put(name, nanos / NANOS_PER_MILLI));
        return millis;
    }

    private void ended(String name, long startedNanos) {
        nanosByName.merge(name, nanoTime.getAsLong() - startedNanos, Long::sum);
    }

    TimeSeries hotStore(TimeSeries timeSeries) {
        return (readings, rollups) -> {
            long started = nanoTime.getAsLong();
            try {
                return timeSeries.store(readings, rollups);
            } finally {
                ended("hot_store_latency", started);
            }
        };
    }

    Quarantine quarantine(Quarantine quarantine) {
        return (batch, rejected) -> {
            long started = nanoTime.getAsLong();
            try {
                quarantine.keep(batch, rejected);
            } finally {
                ended("quarantine_latency", started);
            }
        };
    }

    States states(States states) {
        return new States() {
            @Override
            public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
                long started = nanoTime.getAsLong();
                try {
                    return states.load(things);
                } finally {
                    ended("states_load_latency", started);
                }
            }

            @Override
            public Map<String, String> commit(Collection<ThingState> next) {
                long started = nanoTime.getAsLong();
                try {
                    return states.commit(next);
                } finally {
                    ended("states_commit_latency", started);
                }
            }
        };
    }
}
