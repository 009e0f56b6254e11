package dev.millrace.sweep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/// Scans the states table. The attribute `idle_from` is there while a thing has open panes, so nothing need be decoded. A
/// page is up to 1 MB of items before the filter; it costs half a read unit for each 4 KB, whatever comes through.
final class DynamoDbIdleThings implements IdleThings {
    private final DynamoDbClient dynamoDb;
    private final String table;

    DynamoDbIdleThings(DynamoDbClient dynamoDb, String table) {
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
        this.table = requireNonNull(table, "table is null");
    }

    @Override
    public Page page(Segment segment, Optional<String> after, Instant now) {
        ScanResponse response = dynamoDb.scan(scan -> {
            scan.tableName(table).segment(segment.number()).totalSegments(segment.of())
                    .projectionExpression("thing")
                    .filterExpression("idle_from <= :now")
                    .expressionAttributeValues(Map.of(":now", AttributeValue.fromN(Long.toString(now.toEpochMilli()))));
            after.ifPresent(thing -> scan.exclusiveStartKey(Map.of("thing", AttributeValue.fromS(thing))));
        });
        List<String> things = response.items().stream().map(item -> item.get("thing").s()).toList();
        return new Page(response.scannedCount(), things, Optional.ofNullable(response.lastEvaluatedKey().get("thing")).map(AttributeValue::s));
    }
}
