package dev.millrace.states;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Limits;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.States;
import dev.millrace.pipeline.ThingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/// Items `{thing: S, version: N, body: B, idle_from: N}` in a table whose partition key is `thing`. Not for more than one
/// batch at a time, as a function serves one invocation at a time.
public final class DynamoDbStates implements States {
    /// BatchGetItem takes at most 100 keys (Amazon DynamoDB API reference).
    private static final int KEYS_MAX = 100;
    private static final int PUTS_IN_FLIGHT = 16;
    private static final int TRIES_MAX = 8;
    /// A decoded state takes a few KB: some 50 MB of a function's memory at most.
    private static final int DECODED_MAX = 20_000;
    private static final Duration BACKOFF = Duration.ofMillis(25);

    private final DynamoDbClient dynamoDb;
    private final String table;
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
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
        this.table = requireNonNull(table, "table is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.random = requireNonNull(random, "random is null");
    }

    @Override
    public Map<String, ThingState> load(Set<String> things) throws SinkUnavailable {
        Map<String, ThingState> states = new HashMap<>();
        List<String> all = List.copyOf(things);
        for (int from = 0; from < all.size(); from += KEYS_MAX) {
            load(all.subList(from, Math.min(all.size(), from + KEYS_MAX)), states);
        }
        for (String thing : things) {
            states.putIfAbsent(thing, ThingState.unseen(thing));
        }
        return states;
    }

    /// DynamoDB may answer a part only and name the rest as unprocessed (16 MB a call, throttling).
    private void load(List<String> things, Map<String, ThingState> states) throws SinkUnavailable {
        List<Map<String, AttributeValue>> keys = new ArrayList<>();
        things.forEach(thing -> keys.add(Map.of("thing", AttributeValue.fromS(thing))));
        Map<String, KeysAndAttributes> wanted = Map.of(table, KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
        try {
            for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
                Map<String, KeysAndAttributes> request = wanted;
                BatchGetItemResponse response = dynamoDb.batchGetItem(get -> get.requestItems(request));
                for (Map<String, AttributeValue> item : response.responses().getOrDefault(table, List.of())) {
                    ThingState state = state(item);
                    states.put(state.thing(), state);
                }
                if (!response.hasUnprocessedKeys() || response.unprocessedKeys().isEmpty()) {
                    return;
                }
                wanted = response.unprocessedKeys();
                Thread.sleep(random.nextLong(1 + (BACKOFF.toMillis() << attempt)));
            }
        } catch (SdkException e) {
            throw new SinkUnavailable("table %s: load of %d states: %s".formatted(table, things.size(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SinkUnavailable("table %s: interrupted".formatted(table), e);
        }
        throw new SinkUnavailable("table %s: keys still unprocessed after %d tries".formatted(table, TRIES_MAX), null);
    }

    private ThingState state(Map<String, AttributeValue> item) {
        String thing = item.get("thing").s();
        long version = Long.parseLong(item.get("version").n());
        ThingState known = decoded.get(thing);
        if (known != null && known.version() == version) {
            return known;
        }
        ThingState state = StateCodec.decode(thing, version, item.get("body").b().asByteArrayUnsafe(), limits);
        decoded.put(thing, state);
        return state;
    }

    @Override
    public Map<String, String> commit(Collection<ThingState> states) {
        var inFlight = new Semaphore(PUTS_IN_FLIGHT);
        List<ThingState> all = List.copyOf(states);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> puts = new ArrayList<>(all.size());
            for (ThingState state : all) {
                puts.add(() -> {
                    inFlight.acquire();
                    try {
                        return put(state);
                    } finally {
                        inFlight.release();
                    }
                });
            }
            List<Future<Boolean>> done = threads.invokeAll(puts);
            Map<String, String> conflicts = new HashMap<>();
            for (int i = 0; i < all.size(); i++) {
                if (done.get(i).get()) {
                    decoded.put(all.get(i).thing(), all.get(i));
                } else {
                    conflicts.put(all.get(i).thing(), "another worker was there");
                }
            }
            return conflicts;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// @return false if another worker was there
    private boolean put(ThingState state) {
        Map<String, AttributeValue> item = item(state);
        boolean isFirst = state.version() == 1;
        try {
            dynamoDb.putItem(put -> {
                put.tableName(table).item(item)
                        .conditionExpression(isFirst ? "attribute_not_exists(thing)" : "version = :before")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
                if (!isFirst) {
                    put.expressionAttributeValues(Map.of(":before", AttributeValue.fromN(Long.toString(state.version() - 1))));
                }
            });
            return true;
        } catch (ConditionalCheckFailedException e) {
            // the SDK repeats a put whose answer was lost: the second try then finds what the first one wrote
            return e.hasItem() && e.item().equals(item);
        }
    }

    /// `idle_from` repeats what the body says of open panes, for a scan to filter by; without one it is not there.
    private static Map<String, AttributeValue> item(ThingState state) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("thing", AttributeValue.fromS(state.thing()));
        item.put("version", AttributeValue.fromN(Long.toString(state.version())));
        item.put("body", AttributeValue.fromB(SdkBytes.fromByteArray(StateCodec.encode(state))));
        if (state.progress().idleFromMillis() > 0) {
            item.put("idle_from", AttributeValue.fromN(Long.toString(state.progress().idleFromMillis())));
        }
        return item;
    }
}
