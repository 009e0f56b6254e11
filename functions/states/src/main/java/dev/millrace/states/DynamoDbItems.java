package dev.millrace.states;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.SinkUnavailable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/// Items `{thing: S, version: N, body: B, idle_from: N}` in a table whose partition key is `thing`; `idle_from` is there while
/// the thing has open panes, for a scan to filter by. They are written by batched PartiQL
/// statements, the only call of DynamoDB that takes many items with a condition each and no transaction around them
/// (docs/decisions/0010).
final class DynamoDbItems implements StateItems {
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final String insert;
    private final String insertIdle;
    private final String update;
    private final String updateIdle;

    DynamoDbItems(DynamoDbClient dynamoDb, String table) {
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
        this.table = requireNonNull(table, "table is null");
        this.insert = "INSERT INTO \"%s\" VALUE {'thing':?,'version':?,'body':?,'idle_from':?}".formatted(table);
        this.insertIdle = "INSERT INTO \"%s\" VALUE {'thing':?,'version':?,'body':?}".formatted(table);
        this.update = "UPDATE \"%s\" SET \"version\"=? SET \"body\"=? SET \"idle_from\"=? WHERE \"thing\"=? AND \"version\"=?".formatted(table);
        this.updateIdle = "UPDATE \"%s\" SET \"version\"=? SET \"body\"=? REMOVE \"idle_from\" WHERE \"thing\"=? AND \"version\"=?".formatted(table);
    }

    @Override
    public Got get(List<String> things) throws SinkUnavailable {
        List<Map<String, AttributeValue>> keys = new ArrayList<>(things.size());
        things.forEach(thing -> keys.add(Map.of("thing", AttributeValue.fromS(thing))));
        Map<String, KeysAndAttributes> wanted = Map.of(table, KeysAndAttributes.builder().keys(keys).consistentRead(true).build());
        try {
            BatchGetItemResponse response = dynamoDb.batchGetItem(get -> get.requestItems(wanted));
            List<Item> items = response.responses().getOrDefault(table, List.of()).stream().map(DynamoDbItems::item).toList();
            KeysAndAttributes unprocessed = response.unprocessedKeys().get(table);
            return new Got(items, unprocessed == null ? List.of() : unprocessed.keys().stream().map(key -> key.get("thing").s()).toList());
        } catch (SdkException e) {
            throw new SinkUnavailable("table %s: load of %d states: %s".formatted(table, things.size(), e.getMessage()), e);
        }
    }

    private static Item item(Map<String, AttributeValue> attributes) {
        return new Item(attributes.get("thing").s(), Long.parseLong(attributes.get("version").n()), attributes.get("body").b().asByteArrayUnsafe());
    }

    @Override
    public List<Verdict> put(List<Item> items) {
        List<BatchStatementRequest> statements = items.stream().map(this::statement).toList();
        List<BatchStatementResponse> responses;
        try {
            responses = dynamoDb.batchExecuteStatement(batch -> batch.statements(statements)).responses();
        } catch (SdkException e) {
            // the SDK has tried again already; some statements may have been executed
            return Collections.nCopies(items.size(), new Verdict.Failed("table %s: %s".formatted(table, e.getMessage()), false));
        }
        if (responses.size() != items.size()) {
            throw new IllegalStateException("table %s: %d statements, %d responses".formatted(table, items.size(), responses.size()));
        }
        return responses.stream().map(this::verdict).toList();
    }

    private BatchStatementRequest statement(Item item) {
        AttributeValue thing = AttributeValue.fromS(item.thing());
        AttributeValue version = AttributeValue.fromN(Long.toString(item.version()));
        AttributeValue body = AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(item.body()));
        BatchStatementRequest.Builder statement = BatchStatementRequest.builder()
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        AttributeValue idleFrom = AttributeValue.fromN(Long.toString(item.idleFromMillis()));
        boolean isIdle = item.idleFromMillis() == 0;
        if (item.version() == 1) {
            return (isIdle ? statement.statement(insertIdle).parameters(thing, version, body)
                    : statement.statement(insert).parameters(thing, version, body, idleFrom)).build();
        }
        AttributeValue before = AttributeValue.fromN(Long.toString(item.version() - 1));
        return (isIdle ? statement.statement(updateIdle).parameters(version, body, thing, before)
                : statement.statement(update).parameters(version, body, idleFrom, thing, before)).build();
    }

    private Verdict verdict(BatchStatementResponse response) {
        BatchStatementError error = response.error();
        if (error == null) {
            return new Verdict.Stored();
        }
        return switch (error.code()) {
            case CONDITIONAL_CHECK_FAILED, DUPLICATE_ITEM -> error.hasItem() ? new Verdict.Conflict(item(error.item())) : new Verdict.ConflictUntold();
            case THROTTLING_ERROR, PROVISIONED_THROUGHPUT_EXCEEDED, REQUEST_LIMIT_EXCEEDED, INTERNAL_SERVER_ERROR, TRANSACTION_CONFLICT ->
                    failed(error, true);
            case VALIDATION_ERROR, ACCESS_DENIED, RESOURCE_NOT_FOUND, ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED, UNKNOWN_TO_SDK_VERSION ->
                    failed(error, false);
            case null -> failed(error, false);
        };
    }

    private Verdict failed(BatchStatementError error, boolean isRetryable) {
        return new Verdict.Failed("table %s: %s: %s".formatted(table, error.codeAsString(), error.message()), isRetryable);
    }
}
