package dev.millrace.local.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DynamoDbUnitsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /// thing 5 and 7, version 7 and 2, idle_from 9 and 1: what an item of an empty body takes, with the name of the body.
    private static final int AROUND_BODY = 5 + 7 + 7 + 2 + 9 + 1 + 4;

    private final DynamoDbUnits units = new DynamoDbUnits();

    @Test
    void aWriteTakesAUnitForEachBegunKilobyteOfTheItem() throws Exception {
        batch(insert(1_024 - AROUND_BODY), "{}");
        assertThat(units.writeUnits()).isEqualTo(1);

        batch(insert(1_025 - AROUND_BODY), "{}");
        assertThat(units.writeUnits()).isEqualTo(3);
    }

    @Test
    void anUpdateCountsAnAttributeThatIsSetAndComparedOnce() throws Exception {
        batch(update(1_024 - AROUND_BODY), "{}");
        assertThat(units.writeUnits()).isEqualTo(1);

        batch(update(1_025 - AROUND_BODY), "{}");
        assertThat(units.writeUnits()).isEqualTo(3);
    }

    @Test
    void aStatementWhoseConditionFailedIsBilledAndOneThatWasThrottledIsNot() throws Exception {
        batch(update(2_000), "{\"Error\":{\"Code\":\"ConditionalCheckFailed\"}}");
        assertThat(units.writeUnits()).isEqualTo(2);

        batch(update(2_000), "{\"Error\":{\"Code\":\"ThrottlingError\"}}");
        assertThat(units.writeUnits()).isEqualTo(2);
        assertThat(units.storedBytes()).as("no item is new").isZero();
    }

    @Test
    void aConsistentReadTakesAUnitForEachBegun4KilobytesAndOneForAnItemThatIsNotThere() throws Exception {
        String item = "{\"thing\":{\"S\":\"truck-1\"},\"body\":{\"B\":\"%s\"}}".formatted(body(4_096 - 16));
        String larger = "{\"thing\":{\"S\":\"truck-2\"},\"body\":{\"B\":\"%s\"}}".formatted(body(4_097 - 16));
        units.count("BatchGetItem", 200, JSON.readTree("""
                {"RequestItems":{"t":{"ConsistentRead":true,"Keys":[{},{},{},{}]}}}"""), JSON.readTree("""
                {"Responses":{"t":[%s,%s]},"UnprocessedKeys":{"t":{"Keys":[{}]}}}""".formatted(item, larger)));

        assertThat(units.readUnits()).isEqualTo(1 + 2 + 1);
    }

    @Test
    void aScanReadsItemsOfTheMeanSizeForHalfAUnitEach4Kilobytes() throws Exception {
        batch(insert(8_192 - AROUND_BODY), "{}");
        units.count("Scan", 200, JSON.readTree("{}"), JSON.readTree("{\"ScannedCount\":10}"));

        assertThat(units.readUnits()).isEqualTo(10);
        assertThat(units.storedBytes()).isEqualTo(8_192);
    }

    @Test
    void whatItDoesNotKnowIsNamed() throws Exception {
        units.count("TransactWriteItems", 200, JSON.readTree("{}"), JSON.readTree("{}"));

        assertThat(units.unmetered()).isEqualTo(Map.of("TransactWriteItems", 1L));
    }

    @Test
    void sizesAreThoseOfTheDeveloperGuide() throws Exception {
        assertThat(DynamoDbUnits.valueBytes(JSON.readTree("{\"N\":\"12345\"}"))).isEqualTo(4);
        assertThat(DynamoDbUnits.valueBytes(JSON.readTree("{\"S\":\"Maß\"}"))).isEqualTo(4);
        assertThat(DynamoDbUnits.valueBytes(JSON.readTree("{\"BOOL\":true}"))).isEqualTo(1);
        assertThat(DynamoDbUnits.valueBytes(JSON.readTree("{\"L\":[{\"S\":\"ab\"},{\"S\":\"c\"}]}"))).isEqualTo(3 + 2 + 3);
    }

    private void batch(String statement, String response) throws Exception {
        JsonNode request = JSON.readTree("{\"Statements\":[%s]}".formatted(statement));
        units.count("BatchExecuteStatement", 200, request, JSON.readTree("{\"Responses\":[%s]}".formatted(response)));
    }

    private static String insert(int bodyBytes) {
        return """
                {"Statement":"INSERT INTO \\"t\\" VALUE {'thing':?,'version':?,'idle_from':?,'body':?}",
                 "Parameters":[{"S":"truck-1"},{"N":"1"},{"N":"0"},{"B":"%s"}]}""".formatted(body(bodyBytes));
    }

    private static String update(int bodyBytes) {
        return """
                {"Statement":"UPDATE \\"t\\" SET \\"version\\"=? SET \\"idle_from\\"=? SET \\"body\\"=? WHERE \\"thing\\"=? AND \\"version\\"=?",
                 "Parameters":[{"N":"2"},{"N":"0"},{"B":"%s"},{"S":"truck-1"},{"N":"1"}]}""".formatted(body(bodyBytes));
    }

    private static String body(int bytes) {
        return Base64.getEncoder().encodeToString(new byte[bytes]);
    }
}
