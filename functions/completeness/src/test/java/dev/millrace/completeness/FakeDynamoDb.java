package dev.millrace.completeness;

import dev.millrace.pipeline.StateCodec;
import dev.millrace.pipeline.ThingState;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// As much of DynamoDB as a scan asks for: pages of a few items.
final class FakeDynamoDb implements DynamoDbClient {
    private static final int PAGE = 3;
    private final NavigableMap<String, Map<String, AttributeValue>> items = new TreeMap<>();

    void put(ThingState state) {
        putBody(state.thing(), StateCodec.encode(state));
    }

    void putBody(String thing, byte[] body) {
        items.put(thing, Map.of("thing", AttributeValue.fromS(thing), "version", AttributeValue.fromN("1"), "body", AttributeValue.fromB(SdkBytes.fromByteArray(body))));
    }

    @Override
    public synchronized ScanResponse scan(ScanRequest request) {
        String after = request.hasExclusiveStartKey() ? request.exclusiveStartKey().get("thing").s() : "";
        List<String> rest = items.tailMap(after).keySet().stream().filter(thing -> !thing.equals(after)
                && Math.floorMod(thing.hashCode(), request.totalSegments()) == request.segment()).toList();
        List<String> page = rest.subList(0, Math.min(PAGE, rest.size()));
        ScanResponse.Builder response = ScanResponse.builder().items(page.stream().map(items::get).toList());
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
