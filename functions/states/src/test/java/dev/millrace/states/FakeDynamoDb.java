package dev.millrace.states;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/// As much of DynamoDB as the adapter asks for: answers a few keys a call only, and names the rest as unprocessed.
final class FakeDynamoDb implements DynamoDbClient {
    private static final int ANSWERED_MAX = 30;
    private final Map<String, Map<String, AttributeValue>> items = new ConcurrentHashMap<>();
    private final AtomicInteger lostAnswers = new AtomicInteger();

    /// The next put is done, but its caller sees a second try fail, as when the first answer was lost.
    void loseNextAnswer() {
        lostAnswers.set(1);
    }

    /// As stored.
    Map<String, AttributeValue> item(String thing) {
        return items.get(thing);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        Map.Entry<String, KeysAndAttributes> wanted = request.requestItems().entrySet().iterator().next();
        List<Map<String, AttributeValue>> keys = wanted.getValue().keys();
        if (keys.size() > 100) {
            throw new IllegalArgumentException("more than 100 keys");
        }
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        for (Map<String, AttributeValue> key : keys.subList(0, Math.min(keys.size(), ANSWERED_MAX))) {
            if (items.containsKey(key.get("thing").s())) {
                found.add(items.get(key.get("thing").s()));
            }
        }
        Map<String, KeysAndAttributes> unprocessed = new HashMap<>();
        if (keys.size() > ANSWERED_MAX) {
            unprocessed.put(wanted.getKey(), KeysAndAttributes.builder().keys(keys.subList(ANSWERED_MAX, keys.size())).build());
        }
        return BatchGetItemResponse.builder().responses(Map.of(wanted.getKey(), found)).unprocessedKeys(unprocessed).build();
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        String thing = request.item().get("thing").s();
        synchronized (items) {
            Map<String, AttributeValue> stored = items.get(thing);
            boolean holds = request.conditionExpression().equals("attribute_not_exists(thing)") ? stored == null
                    : stored != null && stored.get("version").equals(request.expressionAttributeValues().get(":before"));
            if (holds) {
                items.put(thing, request.item());
            }
            if (!holds || lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                ConditionalCheckFailedException.Builder failed = ConditionalCheckFailedException.builder();
                throw (items.get(thing) == null ? failed : failed.item(items.get(thing))).build();
            }
            return PutItemResponse.builder().build();
        }
    }

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public void close() {
    }
}
