package dev.millrace.states;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/// As much of DynamoDB as the adapter asks for. It answers a few keys a call only, and names the rest as unprocessed; of an
/// insert that finds an item it does not tell the item, as DynamoDB Local does not.
final class FakeDynamoDb implements DynamoDbClient {
    private static final int STATEMENTS_MAX = 25;
    private static final String INSERT = "INSERT INTO \"states\" VALUE {'thing':?,'version':?,'body':?,'idle_from':?}";
    private static final String INSERT_IDLE = "INSERT INTO \"states\" VALUE {'thing':?,'version':?,'body':?}";
    private static final String UPDATE = "UPDATE \"states\" SET \"version\"=? SET \"body\"=? SET \"idle_from\"=? WHERE \"thing\"=? AND \"version\"=?";
    private static final String UPDATE_IDLE = "UPDATE \"states\" SET \"version\"=? SET \"body\"=? REMOVE \"idle_from\" WHERE \"thing\"=? AND \"version\"=?";

    private final Map<String, Map<String, AttributeValue>> items = new HashMap<>();
    private final Map<String, Deque<BatchStatementErrorCodeEnum>> troubles = new HashMap<>();
    private final List<Integer> statementsOfCalls = new ArrayList<>();
    private int keysAnsweredMax = 30;
    private int repetitions;
    private boolean isDown;

    /// The next call is executed, and executed again, as the client does when the first answer is lost.
    void loseNextAnswer() {
        repetitions = 1;
    }

    /// The next statements for a thing fail so many times.
    void refuse(String thing, BatchStatementErrorCodeEnum code, int times) {
        Deque<BatchStatementErrorCodeEnum> codes = troubles.computeIfAbsent(thing, _ -> new ArrayDeque<>());
        for (int i = 0; i < times; i++) {
            codes.add(code);
        }
    }

    /// From now on no key is answered.
    void leaveKeysUnprocessed() {
        keysAnsweredMax = 0;
    }

    /// From now on every call fails.
    void goDown() {
        isDown = true;
    }

    void plant(String thing, long version, byte[] body) {
        items.put(thing, Map.of("thing", AttributeValue.fromS(thing), "version", AttributeValue.fromN(Long.toString(version)),
                "body", AttributeValue.fromB(SdkBytes.fromByteArray(body))));
    }

    byte[] body(String thing) {
        return items.get(thing).get("body").b().asByteArray();
    }

    /// How many statements each call brought.
    synchronized List<Integer> statementsOfCalls() {
        return List.copyOf(statementsOfCalls);
    }

    /// As stored.
    Map<String, AttributeValue> item(String thing) {
        return items.get(thing);
    }

    @Override
    public synchronized BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        failIfDown();
        Map.Entry<String, KeysAndAttributes> wanted = request.requestItems().entrySet().iterator().next();
        List<Map<String, AttributeValue>> keys = wanted.getValue().keys();
        if (keys.size() > 100 || !wanted.getValue().consistentRead()) {
            throw new IllegalArgumentException("more than 100 keys, or not consistent");
        }
        int answered = Math.min(keys.size(), keysAnsweredMax);
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        for (Map<String, AttributeValue> key : keys.subList(0, answered)) {
            if (items.containsKey(key.get("thing").s())) {
                found.add(items.get(key.get("thing").s()));
            }
        }
        Map<String, KeysAndAttributes> unprocessed = new HashMap<>();
        if (keys.size() > answered) {
            unprocessed.put(wanted.getKey(), wanted.getValue().toBuilder().keys(keys.subList(answered, keys.size())).build());
        }
        return BatchGetItemResponse.builder().responses(Map.of(wanted.getKey(), found)).unprocessedKeys(unprocessed).build();
    }

    @Override
    public synchronized BatchExecuteStatementResponse batchExecuteStatement(BatchExecuteStatementRequest request) {
        failIfDown();
        if (request.statements().size() > STATEMENTS_MAX) {
            throw new IllegalArgumentException("more than 25 statements");
        }
        statementsOfCalls.add(request.statements().size());
        List<BatchStatementResponse> responses = request.statements().stream().map(this::execute).toList();
        for (; repetitions > 0; repetitions--) {
            responses = request.statements().stream().map(this::execute).toList();
        }
        return BatchExecuteStatementResponse.builder().responses(responses).build();
    }

    private void failIfDown() {
        if (isDown) {
            throw SdkClientException.create("no route to host");
        }
    }

    private BatchStatementResponse execute(BatchStatementRequest statement) {
        List<AttributeValue> parameters = statement.parameters();
        return switch (statement.statement()) {
            case INSERT -> insert(Map.of("thing", parameters.get(0), "version", parameters.get(1), "body", parameters.get(2), "idle_from", parameters.get(3)));
            case INSERT_IDLE -> insert(Map.of("thing", parameters.get(0), "version", parameters.get(1), "body", parameters.get(2)));
            case UPDATE -> update(parameters.get(4), Map.of("thing", parameters.get(3), "version", parameters.get(0), "body", parameters.get(1),
                    "idle_from", parameters.get(2)));
            case UPDATE_IDLE -> update(parameters.get(3), Map.of("thing", parameters.get(2), "version", parameters.get(0), "body", parameters.get(1)));
            default -> throw new IllegalArgumentException(statement.statement());
        };
    }

    private BatchStatementResponse insert(Map<String, AttributeValue> item) {
        String thing = item.get("thing").s();
        return isTroubled(thing) ? failed(troubles.get(thing).remove(), null)
                : items.putIfAbsent(thing, item) == null ? BatchStatementResponse.builder().build()
                : failed(BatchStatementErrorCodeEnum.DUPLICATE_ITEM, null);
    }

    private BatchStatementResponse update(AttributeValue before, Map<String, AttributeValue> item) {
        String thing = item.get("thing").s();
        Map<String, AttributeValue> stored = items.get(thing);
        if (isTroubled(thing)) {
            return failed(troubles.get(thing).remove(), null);
        }
        if (stored == null || !stored.get("version").equals(before)) {
            return failed(BatchStatementErrorCodeEnum.CONDITIONAL_CHECK_FAILED, stored);
        }
        items.put(thing, item);
        return BatchStatementResponse.builder().build();
    }

    private boolean isTroubled(String thing) {
        return troubles.containsKey(thing) && !troubles.get(thing).isEmpty();
    }

    private static BatchStatementResponse failed(BatchStatementErrorCodeEnum code, Map<String, AttributeValue> item) {
        BatchStatementError.Builder error = BatchStatementError.builder().code(code).message("as told");
        return BatchStatementResponse.builder().error((item == null ? error : error.item(item)).build()).build();
    }

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public void close() {
    }
}
