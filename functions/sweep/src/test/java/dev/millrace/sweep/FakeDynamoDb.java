package dev.millrace.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// As much of DynamoDB as a scan asks for: pages of a few items, which are counted before they are filtered.
final class FakeDynamoDb implements DynamoDbClient {
    private static final int PAGE = 3;
    private final SortedMap<String, Long> idleFrom = new TreeMap<>();

    void put(String thing, long idleFromMillis) {
        idleFrom.put(thing, idleFromMillis);
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
        if (!request.filterExpression().equals("idle_from <= :now") || !request.projectionExpression().equals("thing")) {
            throw new IllegalArgumentException("not understood: " + request);
        }
        long now = Long.parseLong(request.expressionAttributeValues().get(":now").n());
        String after = request.hasExclusiveStartKey() ? request.exclusiveStartKey().get("thing").s() : "";
        List<String> rest = idleFrom.tailMap(after).keySet().stream().filter(thing -> !thing.equals(after)
                && Math.floorMod(thing.hashCode(), request.totalSegments()) == request.segment()).toList();
        List<String> page = rest.subList(0, Math.min(PAGE, rest.size()));
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (String thing : page) {
            if (idleFrom.get(thing) > 0 && idleFrom.get(thing) <= now) {
                items.add(Map.of("thing", AttributeValue.fromS(thing)));
            }
        }
        ScanResponse.Builder response = ScanResponse.builder().items(items).count(items.size()).scannedCount(page.size());
        if (page.size() == PAGE) {
            // also when nothing follows, as DynamoDB does
            response.lastEvaluatedKey(Map.of("thing", AttributeValue.fromS(page.getLast())));
        }
        return response.build();
    }

    @Override
    public String serviceName() {
        return "dynamodb";
    }

    @Override
    public void close() {
    }
}
