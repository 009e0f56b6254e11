package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.pipeline.Accepted;
import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Lake;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.RejectedRecord;
import dev.millrace.pipeline.Rollup;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import dev.millrace.pipeline.TimeSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All ports as one worker sees them. A call is cut into the writes that the real adapter makes, which happen in any
/// order with other workers' steps between them; and it may be throttled, stop midway, lose its answer, or be the
/// last thing that the process does.
final class Ports implements States, TimeSeries, Quarantine, Lake {
    /// How a call goes.
    private enum Course {
        WELL, THROTTLED, CRASH_BEFORE, PARTLY, CRASH_MIDWAY, ANSWER_LOST, CRASH_AFTER;

        private static final List<Course> WRONG = List.of(THROTTLED, CRASH_BEFORE, PARTLY, CRASH_MIDWAY, ANSWER_LOST, CRASH_AFTER);
    }

    /// One write of a call.
    ///
    /// @param of the thing, where the call reports by thing
    private record Part(String of, Runnable write) {
    }

    /// A state and what it was when it was loaded.
    private record Loaded(ThingState state, byte[] encoded) {
    }

    private final World world;
    private final Stores stores;
    private final Worker worker;
    private final List<Loaded> loaded = new ArrayList<>();

    /// @param worker who calls
    Ports(World world, Stores stores, Worker worker) {
        this.world = world;
        this.stores = stores;
        this.worker = worker;
    }

    @Override
    public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
        Map<String, ThingState> states = new LinkedHashMap<>();
        callOrFail("load of " + things, things.stream().map(thing -> new Part(thing, () -> states.put(thing, stores.states().get(thing)))).toList());
        states.values().forEach(state -> loaded.add(new Loaded(state, StateCodec.encode(state))));
        return states;
    }

    @Override
    public Stored store(List<Accepted> readings, List<Rollup> rollups) {
        List<Refused> refused = new ArrayList<>();
        List<Part> writes = new ArrayList<>();
        readings.forEach(reading -> writes.add(new Part(reading.reading().id().thing(), () ->
                stores.hotStore().write(reading).ifPresent(why -> refused.add(new Refused(reading, why))))));
        rollups.forEach(rollup -> writes.add(new Part(rollup.thing(), () -> stores.hotStore().write(rollup))));
        Map<String, String> unsettled = call("store of %d readings and %d rollups".formatted(readings.size(), rollups.size()), writes);
        return new Stored(refused, unsettled);
    }

    @Override
    public void keep(Batch batch, List<RejectedRecord> rejected) throws SinkUnavailable {
        callOrFail("keep of %d rejected".formatted(rejected.size()), List.of(new Part("object", () -> stores.quarantine().put(batch, rejected))));
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        loaded.forEach(one -> world.require(Arrays.equals(one.encoded, StateCodec.encode(one.state)),
                "a plan leaves what was loaded alone", "%s changed %s", worker, one.state));
        Map<String, String> unsettled = new TreeMap<>();
        List<Part> puts = states.stream().map(state -> new Part(state.thing(), () -> {
            if (!stores.states().put(state, worker.batch())) {
                unsettled.put(state.thing(), "another worker was there");
            }
        })).toList();
        unsettled.putAll(call("commit of %d states".formatted(states.size()), puts));
        return unsettled;
    }

    @Override
    public void land(Batch batch, DeviceType type, List<Landed> readings) throws SinkUnavailable {
        callOrFail("landing of %d readings".formatted(readings.size()), List.of(new Part("object", () -> stores.lake().put(batch, type, readings))));
    }

    private void callOrFail(String what, List<Part> parts) throws SinkUnavailable {
        Map<String, String> unsettled = call(what, parts);
        if (!unsettled.isEmpty()) {
            throw new SinkUnavailable("%s: %s".formatted(what, unsettled), null);
        }
    }

    /// @return what is not known to be done, and why
    private Map<String, String> call(String what, List<Part> parts) {
        Fiber.pause();
        Course course = world.goesWrong(world.weather().faultPercent()) ? world.chance().pick(Course.WRONG) : Course.WELL;
        world.log("%s: %s%s", worker, what, course == Course.WELL ? "" : ", " + course);
        List<Part> shuffled = new ArrayList<>(parts);
        world.chance().shuffle(shuffled);
        int done = switch (course) {
            case THROTTLED -> 0;
            case CRASH_BEFORE -> {
                worker.crash();
                yield 0;
            }
            case PARTLY, CRASH_MIDWAY -> world.chance().between(0, parts.size());
            case WELL, ANSWER_LOST, CRASH_AFTER -> parts.size();
        };
        run(shuffled.subList(0, done));
        Map<String, String> unsettled = new TreeMap<>();
        switch (course) {
            case CRASH_MIDWAY, CRASH_AFTER -> worker.crash();
            case THROTTLED, ANSWER_LOST -> parts.forEach(part -> unsettled.put(part.of, course.name()));
            // a call of the store takes several parts, so some that are done are not known to be
            case PARTLY -> shuffled.stream().filter(part -> shuffled.indexOf(part) >= done || world.chance().oneIn(4))
                    .forEach(part -> unsettled.put(part.of, course.name()));
            case WELL, CRASH_BEFORE -> {
                // nothing to report
            }
        }
        return unsettled;
    }

    private void run(List<Part> parts) {
        for (Part part : parts) {
            if (!part.equals(parts.getFirst()) && world.chance().oneIn(4)) {
                Fiber.pause();
            }
            part.write.run();
        }
    }
}
