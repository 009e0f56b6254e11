package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.Inspection;
import dev.millrace.pipeline.Inspector;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.Plan;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.ThingPlan;
import dev.millrace.pipeline.ThingState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The functions on the stream, wired as their handlers wire them but to the simulated stores.
final class Functions {
    private final World world;
    private final Stores stores;
    private final PackCodec codec;
    private final DeviceTypes types;
    private final Rules rules;

    Functions(World world, Stores stores, PackCodec codec, DeviceTypes types) {
        this.world = world;
        this.stores = stores;
        this.codec = codec;
        this.types = types;
        this.rules = new Rules(codec, types);
    }

    /// What starts an environment of `ingest`: each has its own memory.
    Supplier<Worker.Invocation> ingest() {
        return () -> {
            Map<String, ThingState> warm = new HashMap<>();
            return (worker, batch) -> {
                var ports = new Ports(world, stores, worker);
                var pipeline = new Pipeline(codec, types, world.weather().limits(), new WarmStates(warm, ports), ports, ports,
                        worker.threads(), plan -> settled(worker, plan));
                return pipeline.process(batch, Deadline.NONE);
            };
        };
    }

    private void settled(Worker worker, Plan plan) {
        for (ThingPlan thing : plan.things()) {
            ThingState state = thing.state();
            long received = worker.batch().records().stream().filter(record -> record.partitionKey().equals(state.thing()))
                    .mapToLong(record -> rules.contentOf(record).size()).sum();
            world.require(thing.tally().received() == received, "tally of a plan", "%s brought %d readings of %s, counted %s",
                    worker, received, state.thing(), thing.tally());
            world.require(stores.states().commits(state.thing()).stream().anyMatch(commit -> commit.after().equals(state)),
                    "metrics tell of what was committed", "%s reports %s", worker, state);
        }
    }

    /// What starts an environment of `archive`, which remembers nothing. The rule is that of `functions/archive`: one
    /// object for each device type in the batch, with every plausible reading.
    Supplier<Worker.Invocation> archive() {
        return () -> (worker, batch) -> archive(batch, new Ports(world, stores, worker));
    }

    private Fate archive(Batch batch, Lake lake) {
        var inspector = new Inspector(codec, types);
        Map<String, List<Lake.Landed>> byType = new TreeMap<>();
        for (StreamRecord record : batch.records()) {
            if (inspector.inspect(record) instanceof Inspection.Legible(DeviceType type, List<Inspection.Inspected> readings)) {
                readings.stream().filter(inspected -> inspected.rejection().isEmpty()).forEach(inspected ->
                        byType.computeIfAbsent(type.name(), _ -> new ArrayList<>()).add(new Lake.Landed(inspected.reading(), record.arrivedAtMillis())));
            }
        }
        try {
            for (Map.Entry<String, List<Lake.Landed>> landed : byType.entrySet()) {
                lake.land(batch, types.require(landed.getKey()), landed.getValue());
            }
        } catch (SinkUnavailable e) {
            return new Fate.RetryFrom(batch.first().sequenceNumber(), e.getMessage());
        }
        return new Fate.Settled();
    }
}
