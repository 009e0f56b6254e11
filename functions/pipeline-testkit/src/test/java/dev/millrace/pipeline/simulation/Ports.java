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
        List<Runnable> reads = new ArrayList<>();
        things.forEach(thing -> reads.add(() -> states.put(thing, stores.states().get(thing))));
        call("load of " + things, reads);
        states.values().forEach(state -> loaded.add(new Loaded(state, StateCodec.encode(state))));
        return states;
    }

    @Override
    public List<Refused> store(List<Accepted> readings, List<Rollup> rollups) throws SinkUnavailable {
        List<Refused> refused = new ArrayList<>();
        List<Runnable> writes = new ArrayList<>();
        readings.forEach(reading -> writes.add(() ->
                stores.hotStore().write(reading).ifPresent(why -> refused.add(new Refused(reading, why)))));
        rollups.forEach(rollup -> writes.add(() -> stores.hotStore().write(rollup)));
        call("store of %d readings and %d rollups".formatted(readings.size(), rollups.size()), writes);
        return refused;
    }

    @Override
    public void keep(Batch batch, List<RejectedRecord> rejected) throws SinkUnavailable {
        call("keep of %d rejected".formatted(rejected.size()), List.of(() -> stores.quarantine().put(batch, rejected)));
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        loaded.forEach(one -> world.require(Arrays.equals(one.encoded, StateCodec.encode(one.state)),
                "a plan leaves what was loaded alone", "%s changed %s", worker, one.state));
        Map<String, String> open = new TreeMap<>();
        List<ThingState> left = new ArrayList<>(states);
        world.chance().shuffle(left);
        while (!left.isEmpty()) {
            List<ThingState> part = left.subList(0, world.chance().between(1, left.size()));
            open.putAll(commitTogether(List.copyOf(part)));
            part.clear();
        }
        return open;
    }

    /// States are written in calls of many. One that failed says nothing of its states, and the others go on.
    private Map<String, String> commitTogether(List<ThingState> states) {
        Map<String, String> conflicts = new TreeMap<>();
        List<Runnable> puts = new ArrayList<>();
        states.forEach(state -> puts.add(() -> {
            if (!stores.states().put(state, worker.batch())) {
                conflicts.put(state.thing(), "another worker was there");
            }
        }));
        try {
            call("commit of %d states".formatted(states.size()), puts);
            return conflicts;
        } catch (SinkUnavailable e) {
            Map<String, String> open = new TreeMap<>();
            states.forEach(state -> open.put(state.thing(), e.getMessage()));
            return open;
        }
    }

    @Override
    public void land(Batch batch, DeviceType type, List<Landed> readings) throws SinkUnavailable {
        call("landing of %d readings".formatted(readings.size()), List.of(() -> stores.lake().put(batch, type, readings)));
    }

    private void call(String what, List<Runnable> parts) throws SinkUnavailable {
        worker.pause();
        Course course = world.goesWrong(world.weather().faultPercent()) ? world.chance().pick(Course.WRONG) : Course.WELL;
        world.log("%s: %s%s", worker, what, course == Course.WELL ? "" : ", " + course);
        switch (course) {
            case THROTTLED -> throw new SinkUnavailable(what + ": throttled", null);
            case CRASH_BEFORE -> worker.crash();
            case PARTLY, CRASH_MIDWAY -> run(parts, world.chance().between(0, parts.size()));
            default -> run(parts, parts.size());
        }
        switch (course) {
            case PARTLY -> throw new SinkUnavailable(what + ": only a part was done", null);
            case ANSWER_LOST -> throw new SinkUnavailable(what + ": no answer", null);
            case CRASH_MIDWAY, CRASH_AFTER -> worker.crash();
            default -> {
                // done
            }
        }
    }

    private void run(List<Runnable> parts, int count) {
        List<Runnable> shuffled = new ArrayList<>(parts);
        world.chance().shuffle(shuffled);
        for (int i = 0; i < count; i++) {
            if (i > 0 && world.chance().oneIn(4)) {
                worker.pause();
            }
            shuffled.get(i).run();
        }
    }
}
