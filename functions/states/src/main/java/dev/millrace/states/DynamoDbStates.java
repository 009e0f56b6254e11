package dev.millrace.states;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import dev.millrace.states.StateItems.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// States as encoded items, read and written in calls of many. Not for more than one batch at a time, as a function
/// serves one invocation at a time.
public final class DynamoDbStates implements States {
    /// A decoded state takes a few KB: some 50 MB of a function's memory at most.
    private static final int DECODED_MAX = 20_000;

    private final ItemTable table;
    private final Limits limits;
    private final RandomGenerator random;
    /// States as last seen, so that an item that has not changed need not be decoded. The item is read all the same: a
    /// plan from a remembered state would write its sinks before the condition refuses it (docs/decisions/0008).
    private final Map<String, ThingState> decoded = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ThingState> eldest) {
            return size() > DECODED_MAX;
        }
    };

    /// @param table  its name
    /// @param random for jitter
    public DynamoDbStates(DynamoDbClient dynamoDb, String table, Limits limits, RandomGenerator random) {
        this(new DynamoDbItems(dynamoDb, table), limits, random);
    }

    /// @param items  in place of the AWS client
    /// @param random for jitter
    public DynamoDbStates(StateItems items, Limits limits, RandomGenerator random) {
        this(items, limits, random, Thread::sleep);
    }

    DynamoDbStates(StateItems items, Limits limits, RandomGenerator random, Backoff.Pause pause) {
        this.table = new ItemTable(requireNonNull(items, "items is null"), pause);
        this.limits = requireNonNull(limits, "limits is null");
        this.random = requireNonNull(random, "random is null");
    }

    @Override
    public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
        List<Callable<List<Item>>> gets = new ArrayList<>();
        for (List<String> part : Calls.parts(List.copyOf(things), StateItems.GETS_MAX)) {
            RandomGenerator jitter = jitter();
            gets.add(() -> table.get(part, jitter));
        }
        Map<String, ThingState> states = new HashMap<>();
        try {
            for (List<Item> items : Calls.all(gets)) {
                for (Item item : items) {
                    states.put(item.thing(), state(item));
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SinkUnavailable unavailable) {
                throw unavailable;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkUnavailable("load of %d states: interrupted".formatted(things.size()), e);
        }
        for (String thing : things) {
            states.putIfAbsent(thing, ThingState.unseen(thing));
        }
        return states;
    }

    private ThingState state(Item item) throws SinkUnavailable {
        ThingState known = decoded.get(item.thing());
        if (known != null && known.version() == item.version()) {
            return known;
        }
        try {
            ThingState state = StateCodec.decode(item.thing(), item.version(), item.body(), limits);
            decoded.put(item.thing(), state);
            return state;
        } catch (IllegalStateException e) {
            // of a newer release, or damaged: the batch waits until somebody has looked, and nothing is overwritten
            throw new SinkUnavailable(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        List<ThingState> all = List.copyOf(states);
        Map<String, String> open = new HashMap<>();
        List<Callable<Map<String, String>>> puts = new ArrayList<>();
        for (List<ThingState> part : Calls.parts(all, StateItems.PUTS_MAX)) {
            RandomGenerator jitter = jitter();
            puts.add(() -> put(part, jitter));
        }
        try {
            Calls.all(puts).forEach(open::putAll);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            all.forEach(state -> open.put(state.thing(), "interrupted"));
        } catch (ExecutionException e) {
            // no answer of the store is an exception: this is a defect
            throw new IllegalStateException(e.getCause());
        }
        all.stream().filter(state -> !open.containsKey(state.thing())).forEach(state -> decoded.put(state.thing(), state));
        return open;
    }

    /// Encoded here, so that only what is in flight takes memory.
    private Map<String, String> put(List<ThingState> states, RandomGenerator jitter) throws InterruptedException {
        Map<String, String> open = new HashMap<>();
        List<Item> part = new ArrayList<>(states.size());
        int bytes = 0;
        for (ThingState state : states) {
            var item = new Item(state.thing(), state.version(), StateCodec.encode(state), state.progress().idleFromMillis());
            if (!part.isEmpty() && bytes + item.body().length > StateItems.PUT_BYTES_MAX) {
                open.putAll(table.put(part, jitter));
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(item);
            bytes += item.body().length;
        }
        open.putAll(table.put(part, jitter));
        return open;
    }

    /// Generators are not for many threads: each call gets one of its own.
    private RandomGenerator jitter() {
        return new SplittableRandom(random.nextLong());
    }
}
