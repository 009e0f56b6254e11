package dev.millrace.pipeline.simulation;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Fate;
import dev.millrace.pipeline.StreamRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// An event source mapping from the stream to one function, by the documented semantics (AWS Lambda developer guide,
/// "Using Lambda to process records from Amazon Kinesis Data Streams"): one invocation a shard at a time, parents before
/// children, the checkpoint at the returned sequence number, a failed batch delivered again and halved, and given up
/// after its attempts. Where AWS leaves open how a retry is cut, it is cut in every way (docs/verify-on-aws.md).
final class Mapping {
    /// How far the mapping is in a shard.
    private static final class Progress {
        private int next;
        private int attempts;
        private int cut;
        private long restsUntilMillis;
        private Optional<Worker> inFlight = Optional.empty();
    }

    private final String function;
    private final World world;
    private final SimulatedStream stream;
    private final Supplier<Worker.Invocation> environments;
    private final Consumer<StreamRecord> givenUp;
    private final Map<SimulatedShard, Progress> progress = new LinkedHashMap<>();
    private final Map<Worker, Long> zombies = new LinkedHashMap<>();
    private final Set<String> givenUpNumbers = new LinkedHashSet<>();
    private final List<Worker.Invocation> warm = new ArrayList<>();
    private int invocations;

    /// @param environments starts an execution environment of the function
    /// @param givenUp      told of each record that goes to the on-failure destination
    Mapping(String function, World world, SimulatedStream stream, Supplier<Worker.Invocation> environments, Consumer<StreamRecord> givenUp) {
        this.function = function;
        this.world = world;
        this.stream = stream;
        this.environments = environments;
        this.givenUp = givenUp;
    }

    private Progress progress(SimulatedShard shard) {
        return progress.computeIfAbsent(shard, _ -> new Progress());
    }

    private boolean hasMore(SimulatedShard shard) {
        return progress(shard).next < shard.records().size();
    }

    private boolean isWaiting(SimulatedShard shard) {
        return hasMore(shard) && progress(shard).inFlight.isEmpty() && shard.parents().stream().allMatch(this::isExhausted);
    }

    /// A parent without records may have parents with some.
    private boolean isExhausted(SimulatedShard shard) {
        return !hasMore(shard) && shard.parents().stream().allMatch(this::isExhausted);
    }

    /// The shards of which a batch can be delivered now.
    List<SimulatedShard> ready() {
        return stream.shards().stream().filter(shard -> isWaiting(shard) && progress(shard).restsUntilMillis <= world.nowMillis()).toList();
    }

    /// When the next shard has rested or the next zombie wakes.
    long nextMillis() {
        LongStream rested = stream.shards().stream().filter(this::isWaiting).mapToLong(shard -> progress(shard).restsUntilMillis);
        return LongStream.concat(rested, zombies.values().stream().mapToLong(Long::longValue)).min().orElse(Long.MAX_VALUE);
    }

    /// Every record is settled, and nobody works.
    boolean isDrained() {
        return stream.shards().stream().noneMatch(this::hasMore) && workers().isEmpty();
    }

    /// All invocations that are under way.
    List<Worker> workers() {
        List<Worker> workers = new ArrayList<>(zombies.keySet());
        progress.values().forEach(one -> one.inFlight.ifPresent(workers::add));
        return workers;
    }

    /// The invocations that can make a step now: all but sleeping zombies.
    List<Worker> awake() {
        return workers().stream().filter(worker -> zombies.getOrDefault(worker, 0L) <= world.nowMillis()).toList();
    }

    /// The sequence numbers that were given up.
    Set<String> givenUpNumbers() {
        return givenUpNumbers;
    }

    void deliver(SimulatedShard shard) {
        Progress at = progress(shard);
        int waiting = shard.records().size() - at.next;
        if (at.cut == 0 || world.chance().oneIn(3)) {
            at.cut = world.chance().between(1, world.weather().batchMax());
        } else if (world.chance().oneIn(3)) {
            at.cut = world.weather().batchMax();
        }
        at.cut = Math.min(at.cut, waiting);
        var batch = new Batch(shard.toString(), shard.records().subList(at.next, at.next + at.cut));
        var worker = new Worker("%s#%d".formatted(function, invocations++), world, batch, environment());
        at.inFlight = Optional.of(worker);
        world.log("%s gets %s (%d records, attempt %d)", worker, batch.name(), at.cut, at.attempts + 1);
    }

    /// A warm environment, whichever shard it served before, or a new one.
    private Worker.Invocation environment() {
        return warm.isEmpty() || world.chance().oneIn(10) ? environments.get() : warm.remove(world.chance().between(0, warm.size() - 1));
    }

    /// Lets a worker make a step, and does what its answer says.
    void step(Worker worker) {
        Optional<SimulatedShard> owned = stream.shards().stream()
                .filter(shard -> progress(shard).inFlight.filter(one -> one == worker).isPresent()).findFirst();
        if (owned.isPresent() && world.goesWrong(world.weather().timeoutPercent())) {
            world.log("%s has timed out, and goes on as a zombie", worker);
            sleep(worker);
            failed(owned.get(), progress(owned.get()));
            return;
        }
        worker.resume();
        worker.failure().ifPresent(failure ->
                world.require(failure instanceof Violation, "no exception", "%s threw %s", worker, failure));
        if (zombies.containsKey(worker) && world.chance().oneIn(3)) {
            sleep(worker);
        }
        if (worker.isFinished()) {
            zombies.remove(worker);
            if (worker.fate().isPresent()) {
                warm.add(worker.invocation());
            }
            owned.ifPresent(shard -> answered(shard, worker));
        }
    }

    /// Lambda freezes an environment after its time-out, and a later invocation thaws it: what was under way goes on.
    private void sleep(Worker worker) {
        zombies.put(worker, world.nowMillis() + world.chance().pick(List.of(0L, 0L, 30L, 1_000L, 600_000L, 86_400_000L)));
    }

    private void answered(SimulatedShard shard, Worker worker) {
        Progress at = progress(shard);
        at.inFlight = Optional.empty();
        if (worker.fate().isEmpty()) {
            world.log("%s has crashed", worker);
            failed(shard, at);
            return;
        }
        switch (worker.fate().get()) {
            case Fate.Settled() -> settled(at, worker);
            case Fate.RetryFrom(String number, String why) -> {
                world.log("%s: again from %s: %s", worker, number, why);
                List<String> numbers = worker.batch().records().stream().map(StreamRecord::sequenceNumber).toList();
                world.require(numbers.contains(number), "fate", "%s of %s is not in the batch %s", number, worker, numbers);
                at.next += numbers.indexOf(number);
                at.cut -= numbers.indexOf(number);
                failed(shard, at);
            }
        }
    }

    private void settled(Progress at, Worker worker) {
        at.attempts = 0;
        at.restsUntilMillis = world.nowMillis() + restMillis();
        if (world.goesWrong(world.weather().redeliverPercent())) {
            world.log("%s settled, but will be delivered again", worker);
            return;
        }
        world.log("%s settled", worker);
        at.next += at.cut;
        at.cut = 0;
    }

    /// The batch stays; it comes again as it was, halved, or cut anew at delivery.
    private void failed(SimulatedShard shard, Progress at) {
        at.inFlight = Optional.empty();
        at.attempts++;
        at.restsUntilMillis = world.nowMillis() + (world.chance().oneIn(2) ? 0 : world.chance().between(0, 2_000));
        if (world.weather().attemptsMax() > 0 && at.attempts >= world.weather().attemptsMax()) {
            List<StreamRecord> dropped = shard.records().subList(at.next, at.next + at.cut);
            world.log("%s gives up %d records", function, dropped.size());
            for (StreamRecord record : List.copyOf(dropped)) {
                givenUpNumbers.add(record.sequenceNumber());
                givenUp.accept(record);
            }
            at.next += at.cut;
            at.cut = 0;
            at.attempts = 0;
        } else if (world.chance().oneIn(2)) {
            at.cut = Math.max(1, at.cut / 2);
        }
    }

    /// Between two batches, so that some wait for each other: from nothing to a day's outage.
    private long restMillis() {
        int kind = world.chance().between(1, 100);
        if (kind <= 50) {
            return 0;
        }
        if (kind <= 95) {
            return world.chance().between(0, Duration.ofMinutes(kind <= 80 ? 1 : 60).toMillis());
        }
        return world.chance().between(0, Duration.ofDays(1).toMillis());
    }

    /// Ends the workers of a history that is over.
    void abandon() {
        workers().forEach(Worker::abandon);
    }
}
