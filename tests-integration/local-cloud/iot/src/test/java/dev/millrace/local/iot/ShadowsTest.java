package dev.millrace.local.iot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShadowsTest {
    private static final String TOPICS = "$aws/things/truck-1/shadow/name/config/";
    private final Map<String, JsonNode> told = new LinkedHashMap<>();
    private final Shadows shadows = new Shadows(() -> Instant.ofEpochSecond(1_795_000_000), (topic, payload) -> {
        try {
            assertThat(topic).startsWith(TOPICS);
            told.put(topic.substring(TOPICS.length()), JsonMembers.MAPPER.readTree(payload));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    });

    private Map<String, JsonNode> ask(String request, String json) {
        told.clear();
        shadows.take(ShadowTopic.of(TOPICS + request).orElseThrow(), json.getBytes(UTF_8));
        return told;
    }

    private static JsonNode json(String text) throws IOException {
        return JsonMembers.MAPPER.readTree(text);
    }

    @Test
    void whatIsDesiredAndNotReportedIsTheDeltaUntilItIsReported() throws IOException {
        assertThat(ask("update", "{\"state\":{\"desired\":{\"linger\":\"10s\",\"packBytesMax\":4000}},\"clientToken\":\"t1\"}"))
                .containsOnlyKeys("update/accepted", "update/documents", "update/delta");
        assertThat(told.get("update/delta").get("state")).isEqualTo(json("{\"linger\":\"10s\",\"packBytesMax\":4000}"));
        assertThat(told.get("update/delta").get("version").asInt()).isEqualTo(1);
        assertThat(told.get("update/accepted").get("clientToken").asText()).isEqualTo("t1");
        assertThat(told.get("update/accepted").at("/metadata/desired/linger/timestamp").asLong()).isEqualTo(1_795_000_000);

        ask("update", "{\"state\":{\"reported\":{\"linger\":\"10s\"}}}");
        assertThat(told.get("update/delta").get("state")).isEqualTo(json("{\"packBytesMax\":4000}"));
        assertThat(told.get("update/documents").at("/previous/version").asInt()).isEqualTo(1);
        assertThat(told.get("update/documents").at("/current/state/reported/linger").asText()).isEqualTo("10s");

        assertThat(ask("update", "{\"state\":{\"reported\":{\"packBytesMax\":4000}}}")).doesNotContainKey("update/delta");
        assertThat(ask("get", "").get("get/accepted").get("state")).isEqualTo(
                json("{\"desired\":{\"linger\":\"10s\",\"packBytesMax\":4000},\"reported\":{\"linger\":\"10s\",\"packBytesMax\":4000}}"));
    }

    @Test
    void nullRemovesAndObjectsGrowTogether() throws IOException {
        ask("update", "{\"state\":{\"desired\":{\"a\":{\"x\":1,\"y\":2},\"b\":3}}}");
        ask("update", "{\"state\":{\"desired\":{\"a\":{\"x\":null,\"z\":4},\"b\":null}}}");
        assertThat(ask("get", "").get("get/accepted").at("/state/desired")).isEqualTo(json("{\"a\":{\"y\":2,\"z\":4}}"));
        assertThat(told.get("get/accepted").at("/metadata/desired").toString()).doesNotContain("\"x\"").doesNotContain("\"b\"");

        ask("update", "{\"state\":{\"desired\":null,\"reported\":{\"b\":1}}}");
        assertThat(ask("get", "").get("get/accepted").get("state")).isEqualTo(json("{\"reported\":{\"b\":1}}"));
    }

    @Test
    void aShadowThatIsDeletedIsGoneAndItsVersionGoesOn() {
        ask("update", "{\"state\":{\"desired\":{\"b\":3}}}");
        assertThat(ask("delete", "{\"clientToken\":\"d\"}").get("delete/accepted").get("version").asInt()).isEqualTo(1);
        assertThat(ask("get", "{\"clientToken\":\"g\"}").get("get/rejected").get("code").asInt()).isEqualTo(404);
        assertThat(told.get("get/rejected").get("clientToken").asText()).isEqualTo("g");

        ask("update", "{\"state\":{\"reported\":{\"b\":3}}}");
        assertThat(told.get("update/accepted").get("version").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"state":{"desired":{"a":2}},"version":7}  | 409 | Version conflict
            {"state":{"desired":{"a":2}},"version":"1"}| 409 | Version conflict
            {"state":{"wanted":{"a":2}}}               | 400 | State contains an invalid node: 'wanted'
            {"state":{"desired":7}}                    | 400 | State contains an invalid node: 'desired'
            {"stat":{}}                                | 400 | Missing required node: state
            []                                         | 400 | expected an object
            {"state":                                  | 400 | Invalid JSON
            """)
    void aWrongUpdateIsRejectedAndChangesNothing(String update, int code, String message) throws IOException {
        ask("update", "{\"state\":{\"desired\":{\"a\":1}}}");

        assertThat(ask("update", update)).containsOnlyKeys("update/rejected");
        assertThat(told.get("update/rejected").get("code").asInt()).isEqualTo(code);
        assertThat(told.get("update/rejected").get("message").asText()).contains(message);
        assertThat(ask("get", "").get("get/accepted").get("version").asInt()).isEqualTo(1);
        assertThat(told.get("get/accepted").at("/state/desired")).isEqualTo(json("{\"a\":1}"));
    }

    @Test
    void stateThatIsTooLargeIsRejectedWhole() {
        ask("update", "{\"state\":{\"desired\":{\"a\":\"%s\"}}}".formatted("x".repeat(Shadows.STATE_BYTES_MAX)));
        assertThat(told.get("update/rejected").get("code").asInt()).isEqualTo(413);
        assertThat(ask("get", "").get("get/rejected").get("code").asInt()).isEqualTo(404);
    }

    @Test
    void onlyRequestsToNamedShadowsAreTopicsOfTheService() {
        for (String topic : List.of("$aws/things/truck-1/shadow/get", TOPICS + "list", TOPICS + "get/accepted", "$aws/things//shadow/name/config/get")) {
            assertThat(ShadowTopic.of(topic)).as(topic).isEmpty();
        }
        assertThat(ShadowTopic.isHeardBy(TOPICS + "update/delta")).isTrue();
        assertThat(ShadowTopic.isHeardBy("$aws/things/+/shadow/name/config/update/delta")).isFalse();
        assertThat(ShadowTopic.isHeardBy("$aws/things/#")).isFalse();
    }
}
