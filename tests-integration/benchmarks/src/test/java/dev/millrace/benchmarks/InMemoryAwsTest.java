package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

class InMemoryAwsTest {
    private final InMemoryAws aws = new InMemoryAws();

    @Test
    void readsAWriteToItsEndAndAnswersAsTimestream() throws IOException {
        assertThat(call(SdkHttpMethod.POST, "Timestream_20181101.WriteRecords", "{\"Records\":[]}")).startsWith("200 {\"RecordsIngested\":");
        assertThat(aws.bytes()).isEqualTo(14);
        assertThat(aws.requests()).isEqualTo(1);
    }

    @Test
    void anObjectIsTakenAndForgotten() throws IOException {
        assertThat(call(SdkHttpMethod.PUT, "", "payload")).isEqualTo("200 ");
        assertThat(aws.bytes()).isEqualTo(7);
    }

    @Test
    void eachStatementOfABatchHasItsOwnAnswer() throws IOException {
        String insert = statement("INSERT INTO \"t\" VALUE {'thing':?,'version':?,'body':?}", "S:truck-1", "N:1", "B:AA==");
        String update = statement("UPDATE \"t\" SET \"version\"=? SET \"body\"=? WHERE \"thing\"=? AND \"version\"=?", "N:2", "B:AQ==", "S:truck-1", "N:1");

        assertThat(execute(insert, update, update, insert)).isEqualTo("200 {\"Responses\":[{},{},"
                + "{\"Error\":{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\","
                + "\"Item\":{\"thing\":{\"S\":\"truck-1\"},\"version\":{\"N\":\"2\"},\"body\":{\"B\":\"AQ==\"}}}},"
                + "{\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate primary key exists in table\"}}]}");
        assertThat(call(SdkHttpMethod.POST, "DynamoDB_20120810.BatchGetItem", "{\"RequestItems\":{\"t\":{\"Keys\":[{\"thing\":{\"S\":\"truck-1\"}},{\"thing\":{\"S\":\"b\"}}],\"ConsistentRead\":true}}}"))
                .isEqualTo("200 {\"Responses\":{\"t\":[{\"thing\":{\"S\":\"truck-1\"},\"version\":{\"N\":\"2\"},\"body\":{\"B\":\"AQ==\"}}]},\"UnprocessedKeys\":{}}");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> call(SdkHttpMethod.POST, "DynamoDB_20120810.Scan", "{}"))
                .withMessageContaining("DynamoDB_20120810.Scan");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> call(SdkHttpMethod.GET, "", ""))
                .withMessageContaining("GET https://service.eu-central-1.amazonaws.com/");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> execute(statement("DELETE FROM \"t\" WHERE \"thing\"=?", "S:a")))
                .withMessageContaining("DELETE FROM \"t\"");
    }

    /// @param parameters type and value, as `N:1`
    private static String statement(String text, String... parameters) {
        return "{\"Statement\":\"%s\",\"Parameters\":[%s],\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}".formatted(text.replace("\"", "\\\""),
                Stream.of(parameters).map(parameter -> "{\"" + parameter.replace(":", "\":\"") + "\"}").collect(Collectors.joining(",")));
    }

    private String execute(String... statements) throws IOException {
        return call(SdkHttpMethod.POST, "DynamoDB_20120810.BatchExecuteStatement", "{\"Statements\":[" + String.join(",", statements) + "]}");
    }

    private String call(SdkHttpMethod method, String target, String body) throws IOException {
        SdkHttpRequest.Builder http = SdkHttpRequest.builder().method(method).uri(URI.create("https://service.eu-central-1.amazonaws.com/"));
        if (!target.isEmpty()) {
            http.putHeader("X-Amz-Target", target);
        }
        HttpExecuteResponse response = aws.prepareRequest(HttpExecuteRequest.builder().request(http.build())
                .contentStreamProvider(() -> new ByteArrayInputStream(body.getBytes(UTF_8))).build()).call();
        return response.httpResponse().statusCode() + " " + new String(response.responseBody().orElseThrow().readAllBytes(), UTF_8);
    }
}
