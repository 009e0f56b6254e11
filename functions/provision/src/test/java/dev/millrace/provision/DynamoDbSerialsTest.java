package dev.millrace.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/// What is made of DynamoDB's answers. What its conditions let through is tested on DynamoDB Local, in the scenarios.
class DynamoDbSerialsTest {
    private static final Request OVER_CLAIM = new Request("SN-1", "claim-SN-1", Asked.CLAIM_CERTIFICATE, Asked.NEW_CERTIFICATE, Asked.KEY);
    private static final Request OVER_OWN = new Request("SN-1", "truck-7", "0f".repeat(32), Asked.NEW_CERTIFICATE, Asked.KEY);

    private final List<UpdateItemRequest> updates = new ArrayList<>();

    @Test
    void withoutANameInTheListTheThingHasItsSerialNumber() {
        assertThat(let(Map.of("type", text("truck"))).claim(OVER_CLAIM)).isEqualTo(new Decision.Allowed("SN-1", "truck", false));
        assertThat(let(Map.of("type", text("truck"), "thing", text("truck-7"))).claim(OVER_OWN)).isEqualTo(new Decision.Allowed("truck-7", "truck", true));
    }

    @Test
    void anEntryThatCannotBeIsRefusedWithWhatIsWrong() {
        assertThat(why(let(Map.of()).claim(OVER_CLAIM))).contains("'SN-1'", "entry in the list is wrong", "device type");
        assertThat(why(let(Map.of("type", text("boat"))).claim(OVER_CLAIM))).contains("unknown device type 'boat'");
        assertThat(why(let(Map.of("type", text("truck"), "thing", text("a b"))).claim(OVER_CLAIM))).contains("'a b'");
        assertThat(why(let(Map.of("type", text("truck"), "thing", text("claim-7"))).claim(OVER_CLAIM))).contains("must not begin with claim-");
    }

    @Test
    void aClaimantSpeaksForTheSerialNumberInItsClientIdOnly() {
        var other = new Request("SN-1", "claim-SN-2", Asked.CLAIM_CERTIFICATE, Asked.NEW_CERTIFICATE, Asked.KEY);

        assertThat(why(let(Map.of("type", text("truck"))).claim(other))).contains("asked over the connection of client 'claim-SN-2'");
        assertThat(updates).isEmpty();
    }

    @Test
    void aRefusalNamesItsReason() {
        Map<String, AttributeValue> used = new HashMap<>(Map.of("type", text("truck"), "thing", text("truck-7"), "key", text("00"), "claimed_at", text("2026-01-01T00:00:00Z"),
                "certificates", AttributeValue.fromSs(List.of(OVER_OWN.connectedWith()))));

        assertThat(why(refuse(Map.of()).claim(OVER_CLAIM))).contains("not in the list");
        assertThat(why(refuse(used).claim(OVER_CLAIM))).contains("claimed with another key at 2026-01-01T00:00:00Z");
        used.put("key", text(Asked.KEY));
        assertThat(why(refuse(used).claim(OVER_CLAIM))).contains("let in at 2026-01-01T00:00:00Z, and asks again after more than 7 days");
        assertThat(why(refuse(Map.of("type", text("truck"))).claim(OVER_OWN))).contains("0f0f").contains("is none of it");
        used.put("thing", text("truck-8"));
        assertThat(why(refuse(used).claim(OVER_OWN))).contains("client 'truck-7' is not its thing");
        used.put("certificates", AttributeValue.fromSs(IntStream.range(0, 100).mapToObj(i -> i == 0 ? OVER_OWN.connectedWith() : "c" + i).toList()));
        assertThat(why(refuse(used).claim(OVER_OWN))).contains("has had 100 certificates");
    }

    @Test
    void everyValueIsUsedInTheConditionOrTheUpdate() {
        // DynamoDB refuses a request with a value that no expression names
        for (Request request : List.of(OVER_CLAIM, OVER_OWN)) {
            let(Map.of("type", text("truck"))).claim(request);
            UpdateItemRequest update = updates.getLast();
            assertThat(update.expressionAttributeValues().keySet()).allSatisfy(
                    value -> assertThat(update.conditionExpression() + update.updateExpression()).containsPattern(value + "\\b"));
        }
    }

    private static String why(Decision decision) {
        return decision instanceof Decision.Refused(String why) ? why : "allowed: " + decision;
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private DynamoDbSerials let(Map<String, AttributeValue> item) {
        return serials(request -> {
            updates.add(request);
            return UpdateItemResponse.builder().attributes(item).build();
        });
    }

    private DynamoDbSerials refuse(Map<String, AttributeValue> item) {
        return serials(_ -> {
            ConditionalCheckFailedException.Builder failed = ConditionalCheckFailedException.builder();
            throw (item.isEmpty() ? failed : failed.item(item)).build();
        });
    }

    private static DynamoDbSerials serials(UpdateOnly dynamoDb) {
        return new DynamoDbSerials(dynamoDb, "serials", InstantSource.fixed(Instant.EPOCH));
    }

    private interface UpdateOnly extends DynamoDbClient {
        @Override
        UpdateItemResponse updateItem(UpdateItemRequest request);

        @Override
        default String serviceName() {
            return "dynamodb";
        }

        @Override
        default void close() {
        }
    }
}
