package dev.millrace.pipeline.simulation;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.PackCodec;
import dev.millrace.pipeline.StreamRecord;
import dev.millrace.pipeline.Sweep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One seed, one history: a fleet, its stream, and both functions on it, in virtual time. At each step the generator
/// picks one of all that could happen next: a device sends, a message arrives, a batch is delivered, a worker makes its
/// next step, the stream is resharded. Time passes by little, and leaps when nothing else is to do. The history is
/// over when all has arrived and is settled; then it is audited.
public final class FleetSimulation {
    /// No sound history comes near.
    private static final int STEPS_MAX = 100_000;
    private static final PackCodec CODEC = PackCodec.jsonV1();
    /// Panes of different lengths.
    static final DeviceTypes TYPES = DeviceTypes.of(DeviceTypes.shipped().require("environment"), ofHalfMinutes(DeviceTypes.shipped().require("truck")));

    private final World world;
    private final Transit transit;
    private final SimulatedStream stream;
    private final CommitWatch watch;
    private final Mapping ingest;
    private final Mapping archive;
    private final Audit audit;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final Stores stores;
    private int reshardsLeft;
    private int sweepsLeft;
    private long nextSweepMillis;

    /// How a history ended.
    ///
    /// @param violation the first thing that did not hold, if any
    /// @param lines     the history, a step a line, if it was to be logged
    record Outcome(Optional<Violation> violation, List<String> lines) {
    }

    private FleetSimulation(long seed, Variant variant, boolean logged) {
        world = new World(seed, logged);
        transit = new Transit(world);
        stream = new SimulatedStream(world);
        var rules = new Rules(CODEC, TYPES);
        var hotStore = new HotStore(world);
        var quarantine = new QuarantineBucket(world);
        watch = new CommitWatch(world, rules, hotStore, quarantine);
        stores = new Stores(new StateTable(world, watch), hotStore, quarantine, new LakeBucket(world));
        var functions = new Functions(world, stores, CODEC, TYPES);
        ingest = new Mapping("ingest", world, stream, functions.ingest(), this::sendAgain);
        archive = new Mapping("archive", world, stream, functions.archive(), this::sendAgain);
        audit = new Audit(world, rules, stores, stream, variant.panesOfGivenUp());
        reshardsLeft = world.weather().reshards();
        sweepsLeft = world.weather().sweeps();
        nextSweepMillis = world.nowMillis() + sweepMillis();
        for (int i = 0; i < world.weather().devices(); i++) {
            devices.add(new SimulatedDevice(world, transit, CODEC, TYPES, "thing-" + i));
        }
    }

    /// Runs the history of a seed.
    static Outcome run(long seed, Variant variant, boolean logged) {
        return new FleetSimulation(seed, variant, logged).run();
    }

    /// Runs the history of a seed. For callers outside this class loader, see [MutantsTest].
    ///
    /// @return the name of the check that failed; empty if all held
    public static String failedCheck(long seed) {
        return run(seed, Variant.USUAL, false).violation().map(Violation::check).orElse("");
    }

    private Outcome run() {
        try {
            for (int step = 0; !isOver(); step++) {
                world.require(step < STEPS_MAX, "a history ends", "not after %d steps", step);
                step();
                if (world.violation().isPresent()) {
                    throw world.violation().get();
                }
            }
            audit.audit(ingest, archive);
        } catch (Violation _) {
            // the world has it
        } catch (RuntimeException e) {
            world.fail("no exception", e);
        } finally {
            ingest.abandon();
            archive.abandon();
            world.leftBehind().forEach(Fiber::finish);
        }
        return new Outcome(world.violation(), world.lines());
    }

    private boolean isOver() {
        return devices.stream().allMatch(SimulatedDevice::isDone) && transit.isEmpty() && ingest.isDrained() && archive.isDrained()
                && world.leftBehind().isEmpty();
    }

    private void step() {
        List<Runnable> possible = possible();
        if (possible.isEmpty()) {
            long next = Math.min(transit.nextDueMillis(), Math.min(ingest.nextMillis(), archive.nextMillis()));
            for (SimulatedDevice device : devices) {
                next = Math.min(next, device.nextMillis());
            }
            next = Math.min(next, sweepsLeft > 0 ? nextSweepMillis : Long.MAX_VALUE);
            world.advance(next - world.nowMillis());
            return;
        }
        if (world.chance().oneIn(2)) {
            world.advance(world.chance().between(0, 40));
        }
        world.chance().pick(possible).run();
    }

    private List<Runnable> possible() {
        List<Runnable> possible = new ArrayList<>();
        for (SimulatedDevice device : devices) {
            if (device.isDue()) {
                possible.add(device::act);
            }
        }
        if (transit.hasArrival()) {
            possible.add(() -> watch.arrived(transit.arrive(stream)));
        }
        for (Mapping mapping : List.of(ingest, archive)) {
            mapping.ready().forEach(shard -> possible.add(() -> mapping.deliver(shard)));
            mapping.awake().forEach(worker -> possible.add(() -> mapping.step(worker)));
        }
        world.leftBehind().forEach(fiber -> possible.add(() -> goOn(fiber)));
        if (sweepsLeft > 0 && nextSweepMillis <= world.nowMillis()) {
            possible.add(this::sweep);
        }
        if (reshardsLeft > 0 && world.chance().oneIn(50)) {
            possible.add(this::reshard);
        }
        return possible;
    }

    private void reshard() {
        reshardsLeft--;
        stream.reshard();
    }

    private void goOn(Fiber fiber) {
        fiber.resume();
        fiber.failure().ifPresent(failure -> world.require(failure instanceof Fiber.Crash || failure instanceof Violation,
                "no exception", "a thread left behind threw %s", failure));
    }

    /// Sweeps what is idle, and now and then what is not, or will be in that very millisecond; some come late.
    private void sweep() {
        sweepsLeft--;
        nextSweepMillis = world.nowMillis() + sweepMillis();
        Set<String> things = new TreeSet<>(stores.states().idle());
        if (world.chance().oneIn(2)) {
            String any = "thing-" + world.chance().between(0, devices.size() - 1);
            long idleFromMillis = stores.states().get(any).progress().idleFromMillis();
            transit.sendWithin(Math.max(0, idleFromMillis - world.nowMillis() - world.chance().between(0, 1)), any, Sweep.payload());
        }
        things.forEach(thing -> transit.sendWithin(world.chance().oneIn(3) ? world.chance().between(0, Duration.ofHours(2).toMillis()) : 0, thing, Sweep.payload()));
    }

    private long sweepMillis() {
        return world.chance().between(Duration.ofMinutes(1).toMillis(), Duration.ofHours(3).toMillis());
    }

    private static DeviceType ofHalfMinutes(DeviceType type) {
        return new DeviceType(type.name(), type.title(), type.measures(), Duration.ofSeconds(30), type.allowedLateness(), type.maxAge(), type.maxSkew());
    }

    /// What was given up is sent again later, as the same bytes under the same key.
    private void sendAgain(StreamRecord record) {
        transit.sendWithin(world.chance().between(0, Duration.ofHours(6).toMillis()), record.partitionKey(), record.payload());
    }
}
