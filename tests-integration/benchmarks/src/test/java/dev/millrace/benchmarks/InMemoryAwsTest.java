package dev.millrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
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
    void aPutWhoseConditionFailsShowsTheItemThatStands() throws IOException {
        String put = "{\"TableName\":\"t\",\"Item\":{\"thing\":{\"S\":\"truck-1\"},\"version\":{\"N\":\"1\"}},\"ConditionExpression\":\"attribute_not_exists(thing)\"}";

        assertThat(call(SdkHttpMethod.POST, "DynamoDB_20120810.PutItem", put)).isEqualTo("200 {}");
        assertThat(call(SdkHttpMethod.POST, "DynamoDB_20120810.PutItem", put)).startsWith("400 ")
                .contains("ConditionalCheckFailedException", "\"Item\":{\"thing\":{\"S\":\"truck-1\"},\"version\":{\"N\":\"1\"}}");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> call(SdkHttpMethod.POST, "DynamoDB_20120810.Scan", "{}"))
                .withMessageContaining("DynamoDB_20120810.Scan");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> call(SdkHttpMethod.GET, "", ""))
                .withMessageContaining("GET https://service.eu-central-1.amazonaws.com/");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> call(SdkHttpMethod.POST, "DynamoDB_20120810.PutItem",
                "{\"Item\":{\"thing\":{\"S\":\"a\"}},\"ConditionExpression\":\"size(body) < :max\"}")).withMessageContaining("size(body) < :max");
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
